"""The webhook inbox: a receiver of our own, in test mode."""
