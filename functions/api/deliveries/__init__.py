"""The webhook log."""
