"""Facts: told once, kept for good, read as a feed. Webhooks only carry them."""
