"""A merchant's accounts at processors: who they are, what opens them, whether they work."""
