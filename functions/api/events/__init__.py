"""The events feed."""
