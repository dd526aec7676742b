"""Disputes: a shopper's bank wants money back."""
