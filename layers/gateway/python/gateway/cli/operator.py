"""Who sits at the operator's command, and what the audit log is told of it."""

import getpass
import os
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.audit.model import Actor, AuditEntry
from gateway.audit.queries import insert_audit
from gateway.database import Connection


def operator() -> Actor:
    """The command, with the machine's user where that is known: a container may have none."""
    name = os.environ.get("SUDO_USER", "")
    if not name:
        try:
            name = getpass.getuser()
        except (KeyError, OSError):
            name = ""
    return Actor("system", "cli", f"cli ({name[:64]})" if name else "cli")


async def tell_audit(
    tx: Connection,
    merchant_id: UUID,
    action: str,
    object_id: str | None,
    details: dict[str, Any],
    now: datetime,
    mode: str | None = None,
) -> None:
    """Add a row about what the operator does; `details` must hold no secret. In the transaction of the deed."""
    entry = AuditEntry(
        merchant_id=merchant_id,
        mode=mode,
        actor=operator(),
        action=action,
        object_id=object_id,
        details=details,
        address=None,
        request_id=None,
        created_at=now,
    )
    await insert_audit(tx, entry)
