"""One guarded HTTP request to an address that a stranger chose."""
