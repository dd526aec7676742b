"""The webhook receiver: a process of its own that counts, times and verifies what the gateway sends."""
