"""A payment that was born leased and handed over: only its name and its claim travel, and the row is read."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gateway.database import Connection
from gateway.payments.model import Payment
from gateway.payments.queries import COLUMNS
from gateway.payments.work_model import ClaimedPayment

_MOST_TOGETHER: Final = 50
"""Payments of one message: with 60 bytes each it stays below the 4 KiB that a taker reads."""

# Nothing was asked of anybody yet: this claim is the row's first, and payments over accounts are not handed over.
# What lost its lease meanwhile is not found.
_READ: Final = f"""
SELECT {COLUMNS}, work, attempts, lease_token, false,
       (SELECT v.ciphertext FROM card_vault v WHERE v.payment_id = payments.id)
FROM payments
WHERE id = ANY (%(ids)s) AND lease_token = ANY (%(tokens)s) AND attempts = 1 AND work = 'authorize'
  AND due_at > now() AND account_id IS NULL
"""  # noqa: S608 - a constant
_PAYMENT_COLUMNS: Final = len(COLUMNS.split(", "))


@dataclass(frozen=True, slots=True)
class HandedPayment:
    """The claim on a payment that was not read yet."""

    id: str
    lease_token: UUID


def handed_bodies(claims: Iterable[tuple[str, UUID]]) -> list[bytes]:
    """What is handed over of payments that were born with these tokens."""
    rows = [[payment_id, token.hex] for payment_id, token in claims]
    groups = [rows[start : start + _MOST_TOGETHER] for start in range(0, len(rows), _MOST_TOGETHER)]
    return [json.dumps(group, separators=(",", ":")).encode() for group in groups]


def read_handed(body: bytes) -> list[HandedPayment]:
    """The claims in such a body."""
    return [HandedPayment(payment_id, UUID(token)) for payment_id, token in json.loads(body)]


async def read_payments(tx: Connection, handed: Sequence[HandedPayment]) -> list[ClaimedPayment | None]:
    """What these claims are on, each; None if it is lost."""
    cursor = await tx.execute(
        _READ, {"ids": [one.id for one in handed], "tokens": [one.lease_token for one in handed]}
    )
    found = {row[0]: _claimed(row) for row in await cursor.fetchall()}
    return [found.get(one.id) for one in handed]


def _claimed(row: Sequence[Any]) -> ClaimedPayment:
    return ClaimedPayment(Payment(*row[:_PAYMENT_COLUMNS]), *row[_PAYMENT_COLUMNS:])
