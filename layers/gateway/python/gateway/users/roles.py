"""What each role may do.

A permission is `noun` or `noun:read`. Requests are mapped to permissions by method and path in one table,
so that a route that nobody thought about is open to owners and admins only.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal

from gateway.errors import BadRequest, PermissionDenied

Role = Literal["owner", "admin", "developer", "support", "viewer"]
ROLES: Final[tuple[Role, ...]] = ("owner", "admin", "developer", "support", "viewer")

PROVED_ROLES: Final[frozenset[str]] = frozenset({"owner", "admin"})
"""To give one of these takes the giver's password again: who has it can make admin keys, and so do everything."""

Permission = Literal[
    "read", "payments", "orders", "webhooks", "webhooks:secrets", "keys:read", "keys", "logs:read",
    "team:read", "team", "audit:read", "settings", "own",
]  # fmt: skip

_EVERYONE: Final[frozenset[Permission]] = frozenset({"read", "own"})
_ALL: Final[frozenset[Permission]] = _EVERYONE | {
    "payments", "orders", "webhooks", "webhooks:secrets", "keys:read", "keys", "logs:read",
    "team:read", "team", "audit:read", "settings",
}  # fmt: skip

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    # An owner differs from an admin in the team only: see `users.team`.
    "owner": _ALL,
    "admin": _ALL,
    "developer": _EVERYONE
    | {"orders", "webhooks", "webhooks:secrets", "keys:read", "keys", "logs:read", "team:read"},
    "support": _EVERYONE | {"payments", "orders", "team:read"},
    "viewer": _EVERYONE,
}
"""In live mode. In test mode a developer may also capture, cancel and refund: there is no money."""

RULES: Final[tuple[tuple[str, str, Permission], ...]] = (
    # (methods, path below /api/v1, permission), the first match decides
    ("GET", r"/keys(/.*)?", "keys:read"),
    ("*", r"/keys(/.*)?", "keys"),
    ("GET", r"/team(/.*)?", "team:read"),
    ("*", r"/team(/.*)?", "team"),
    ("GET", r"/audit", "audit:read"),
    ("GET", r"/requests(/.*)?", "logs:read"),
    ("*", r"/session(s)?(/.*)?", "own"),
    ("GET", r"/webhooks/config", "webhooks:secrets"),
    ("*", r"/webhooks/(endpoints/)?.*secret.*", "webhooks:secrets"),
    ("*", r"/checkout/signing-secret(/.*)?", "webhooks:secrets"),
    ("*", r"/(processor-accounts|processor-routes|refund-caps)(/.*)?", "settings"),
    ("GET", r".*", "read"),
    ("*", r"/webhooks(/.*)?", "webhooks"),
    ("*", r"/inbox(/.*)?", "webhooks"),
    ("POST", r"/orders(/.*)?", "orders"),
    ("POST", r"/payments(/.*)?", "payments"),
    ("POST", r"/test/payments(/.*)?", "payments"),
    # Money that nobody expected is paid back by those who may do so at its own route; a cap is an owner's matter.
    ("POST", r"/jobs/(?:unex_[^/]*/.*|[^/]*/settle)", "settings"),
    ("POST", r"/jobs(/.*)?", "payments"),
)
_COMPILED: Final = tuple((methods, re.compile(path), permission) for methods, path, permission in RULES)


def role_of(value: object) -> Role:
    """The role of this name. Raises `BadRequest`."""
    for role in ROLES:
        if value == role:
            return role
    raise BadRequest(f"role must be one of {', '.join(ROLES)}", field="role")


def require_may_give(giver: Role, role: Role) -> None:
    """Raises `PermissionDenied` where an admin would make an owner."""
    if role == "owner" and giver != "owner":
        raise PermissionDenied("Only an owner may make an owner")


def require_may_give_scopes(giver: Role, scopes: Iterable[str]) -> None:
    """Raises `PermissionDenied` for a key with the scope `admin` from somebody who is none: it could connect
    accounts at processors, change routes, read the audit log, and make more of its kind."""
    if "admin" in scopes and not PERMISSIONS[giver] >= _ALL:
        raise PermissionDenied(f"Your role ({giver}) may not give a key the scope admin: an owner or an admin may")


def permission_for(method: str, path: str) -> Permission:
    """The permission that a request needs; `settings` (owner, admin) for what no rule names."""
    below = path.removeprefix("/api/v1")
    for methods, pattern, permission in _COMPILED:
        if methods in ("*", method) and pattern.fullmatch(below):
            return permission
    return "settings"


def permissions_of(role: Role, mode: str) -> frozenset[Permission]:
    """What the role may do in this mode."""
    granted = PERMISSIONS[role]
    return granted | {"payments"} if role == "developer" and mode == "test" else granted
