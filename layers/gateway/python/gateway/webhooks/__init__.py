"""Events, the endpoints that want them, and their signed delivery."""
