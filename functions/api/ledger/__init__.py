"""Balances and entries."""
