"""Which HTTP client should send webhooks? Bare POSTs per second in one loop, each client alike."""
