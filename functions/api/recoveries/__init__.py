"""Sending missed webhooks again."""
