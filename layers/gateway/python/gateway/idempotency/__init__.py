"""Idempotency keys: the same request twice is one change and one answer."""
