"""Where sealed values are kept. A column that is not in this list is lost when the master key is exchanged:
a test looks for such columns."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """`id` names the row, and is what its ciphertext is bound to; `purpose` is the keyring's."""

    table: str
    name: str
    purpose: str
    id: str = "id"


SEALED_COLUMNS: Final = (
    SealedColumn("data_keys", "wrapped", "data-key", "name"),
    SealedColumn("merchants", "signing_secret", "signing"),
    SealedColumn("signing_secrets", "secret", "signing"),
    SealedColumn("signing_secrets", "next_secret", "signing"),
    SealedColumn("webhook_endpoints", "secret", "webhook"),
    SealedColumn("webhook_endpoints", "previous_secret", "webhook"),
    SealedColumn("webhook_endpoints", "headers", "webhook"),
    SealedColumn("users", "totp_secret", "totp"),
    SealedColumn("processor_accounts", "credentials", "processor"),
    SealedColumn("processor_accounts", "webhook_secret", "processor"),
    SealedColumn("processor_accounts", "previous_webhook_secret", "processor"),
    SealedColumn("processor_operations", "session", "processor", "key"),
    SealedColumn("card_vault", "ciphertext", "card", "payment_id"),
)


@dataclass
class Rotated:
    """What a rotation did in one place: rows sealed anew, and ids of rows that no known key opens."""

    resealed: int = 0
    unreadable: list[str] = field(default_factory=list)
