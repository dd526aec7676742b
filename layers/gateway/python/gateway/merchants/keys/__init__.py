"""API keys as a merchant sees them: list, make, rotate with an overlap, revoke."""

from gateway.merchants.keys.model import MAX_KEYS

__all__ = ["MAX_KEYS"]
