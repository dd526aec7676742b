"""The story of one object."""
