"""Who is calling, and for whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

Mode = Literal["test", "live"]

TEST_MERCHANT_ID: Final = UUID("550e8400-e29b-41d4-a716-446655440000")
TEST_KEY_ID: Final = "key_test_abc123"
TEST_SECRET: Final = "secret_test_xyz789"  # noqa: S105 - public by the contract
TEST_WEBHOOK_SECRET: Final = "whsec_test_abc123"  # noqa: S105 - public by the contract


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated tenant: every row it may see carries this merchant and this mode."""

    merchant_id: UUID
    mode: Mode
    key_id: str | None = None
    scopes: frozenset[str] = frozenset({"read", "write"})


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key pair as it is kept: the secret only as a 32-byte hash."""

    id: str
    merchant_id: UUID
    mode: Mode
    secret_hash: bytes
    scopes: frozenset[str]
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_live_at(self, now: datetime) -> bool:
        """Whether the key may be used at `now`: neither revoked nor past a rotation's overlap."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
