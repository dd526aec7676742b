"""One line of the audit log, and which requests leave one."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gateway.clock import iso

ActorKind = Literal["user", "key", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. `label` is what a person recognises: an e-mail, or the key's id."""

    kind: ActorKind
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A control action that has happened. `details` never holds a secret."""

    merchant_id: UUID
    mode: str | None
    actor: Actor
    action: str
    object_id: str | None
    address: str | None
    request_id: str | None
    created_at: datetime
    details: dict[str, Any] = field(default_factory=dict)
    id: int = 0

    def as_json(self) -> dict[str, Any]:
        """What the audit page shows."""
        return {
            "id": str(self.id),
            "mode": self.mode,
            "actor": {"kind": self.actor.kind, "id": self.actor.id, "label": self.actor.label},
            "action": self.action,
            "object_id": self.object_id,
            "details": self.details,
            "address": self.address,
            "request_id": self.request_id,
            "created_at": iso(self.created_at),
        }


ACTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    # (method, path below /api/v1 with the object as its group, action)
    ("POST", r"/payments/([^/]+)/capture", "payment.captured"),
    ("POST", r"/payments/([^/]+)/cancel", "payment.cancelled"),
    ("POST", r"/payments/([^/]+)/refunds", "payment.refunded"),
    ("POST", r"/unexpected-payments/([^/]+)/refund", "unexpected.refunded"),
    ("POST", r"/jobs/([^/]+)/retry", "job.retried"),
    ("PUT", r"/webhooks/config()", "endpoint.changed"),
    ("POST", r"/webhooks/(?:regenerate-secret|secret/regenerate)()", "endpoint.secret_rotated"),
    ("POST", r"/inbox()", "inbox.opened"),
    ("DELETE", r"/inbox()", "inbox.closed"),
    ("POST", r"/webhooks/test()", "endpoint.tested"),
    ("POST", r"/webhooks/endpoints()", "endpoint.created"),
    (
        "POST",
        r"/webhooks/endpoints/([^/]+)/(?:rotate.*|.*secret.*)",
        "endpoint.secret_rotated",
    ),
    ("POST", r"/webhooks/endpoints/([^/]+)/test", "endpoint.tested"),
    ("PATCH", r"/webhooks/endpoints/([^/]+)", "endpoint.changed"),
    ("DELETE", r"/webhooks/endpoints/([^/]+)", "endpoint.deleted"),
    ("POST", r"/webhooks/recover()", "delivery.recovered"),
    ("POST", r"/webhooks/recover/([^/]+)/cancel", "delivery.recovery_cancelled"),
    ("POST", r"/webhooks/([^/]+)/retry", "delivery.retried"),
    ("POST", r"/checkout/signing-secret/rotate()", "signing_secret.rotated"),
)
_COMPILED: Final = tuple((method, re.compile(path), action) for method, path, action in ACTIONS)
_SECRET: Final = re.compile(r"secret|password|token|card|cvv|number", re.IGNORECASE)


def audited_action(method: str, path: str) -> tuple[str, str | None] | None:
    """Action and object of a request that must leave an audit row; None for others."""
    below = path.removeprefix("/api/v1")
    for wanted, pattern, action in _COMPILED:
        match = pattern.fullmatch(below) if wanted == method else None
        if match:
            return action, match.group(1) or None
    return None


def without_secrets(body: dict[str, Any]) -> dict[str, Any]:
    """What of a request's body may stand in the log: short plain values under harmless names."""
    return {
        name: value if not isinstance(value, str) else value[:300]
        for name, value in body.items()
        if not _SECRET.search(name) and isinstance(value, str | int | float | bool | list | None)
    }
