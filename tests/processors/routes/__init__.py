"""Routes and stops."""
