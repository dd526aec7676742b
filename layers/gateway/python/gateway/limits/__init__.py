"""Rate limits: how often a key, an address, an order may ask."""
