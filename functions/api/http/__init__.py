"""What every request passes, and what the routes of all nouns share."""
