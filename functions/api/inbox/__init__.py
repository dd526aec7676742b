"""The webhook inbox of test mode."""
