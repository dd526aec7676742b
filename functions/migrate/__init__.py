"""Brings the schema up to date, as a one-shot process (`__main__`) or as a Lambda (`handler`)."""
