"""Cashfree: orders under our own payment ids, which the shopper pays in cashfree.js."""
