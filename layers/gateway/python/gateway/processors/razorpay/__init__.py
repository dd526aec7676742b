"""Razorpay: orders that the shopper pays in Standard Checkout; each is made for one payment of ours."""
