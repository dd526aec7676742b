"""Money that nobody expected."""
