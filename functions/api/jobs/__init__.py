"""What waits and what is stuck."""
