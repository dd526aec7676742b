"""Accounts at processors: connecting, checking, changing, stopping."""
