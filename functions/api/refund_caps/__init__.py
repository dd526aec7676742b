"""Daily caps of refunds."""
