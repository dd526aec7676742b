"""How a webhook is signed, and why a signature does not verify."""
