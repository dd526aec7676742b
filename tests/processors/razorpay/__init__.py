"""The Razorpay connector over its fake: every verb, every fault, every code."""
