"""Webhooks as a local process: `python -m webhooks`."""
