"""The master key: what hangs on it, and how it is exchanged."""
