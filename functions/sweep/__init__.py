"""Housekeeping and lost hints once a minute, where no process lives as long (`handler`)."""
