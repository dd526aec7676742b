"""The request log: what was asked of the API, kept for a while."""
