"""The dashboard's figures, search and changes."""
