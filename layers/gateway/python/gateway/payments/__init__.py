"""Payments: one try each to pay an order."""
