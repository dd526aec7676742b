"""The hosted checkout: sessions, fresh codes, settings."""
