"""Which processor account takes which payment."""
