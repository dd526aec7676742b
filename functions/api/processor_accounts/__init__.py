"""A merchant's accounts at processors."""
