"""What a payment's processor was asked and what it said, for people: the same shape whoever the processor is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.clock import iso
from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.operations.queries import select_calls
from gateway.processors.registry import SIMULATED
from gateway.processors.simulator.queries import select_operations_of_payment


@dataclass(frozen=True, slots=True)
class Asking:
    """One thing that a processor was asked. `kind`: `prepare`, `capture`, …; `details`: JSON without secrets."""

    at: datetime
    kind: str
    details: dict[str, Any]


async def select_history(tx: Connection, tenant: Tenant, payment_id: str, account_id: str | None) -> list[Asking]:
    """Oldest first. Of an account each HTTP exchange about the payment and its refunds, while they are kept
    (`GATEWAY_PROCESSOR_CALL_DAYS`); of the simulated bank each operation in its books."""
    if account_id is None:
        return [_operation(row) for row in await select_operations_of_payment(tx, payment_id)]
    return [_exchange(row) for row in await select_calls(tx, tenant, payment_id)]


def _operation(row: dict[str, Any]) -> Asking:
    return Asking(
        row["created_at"],
        row["kind"],
        {
            "processor": SIMULATED.name,
            "outcome": row["outcome"],
            "amount": row["amount"],
            "currency": row["currency"],
            "requests": row["requests"],
            "error_code": row["error_code"],
            "error": row["error_description"],
            "answered_at": iso(row["answer_at"]),
        },
    )


def _exchange(row: dict[str, Any]) -> Asking:
    own_id, _, step = row["operation_key"].partition(":")
    return Asking(
        row["started_at"],
        step.partition(":")[0],
        {
            "processor": row["processor"],
            "account_id": row["account_id"],
            "object_id": own_id,
            "method": row["method"],
            "path": row["path"],
            "request": row["request"],
            "response_code": row["status"],
            "response": row["response"],
            "duration_ms": row["duration_ms"],
            "error": row["error"],
        },
    )
