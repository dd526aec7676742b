"""Delivers webhooks, as a Lambda (`handler`) or a local process (`__main__`)."""
