"""The second factor of a log-in."""
