"""What may be asked of accounts: the bodies of requests, and what a processor's credentials look like."""

import re
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, Field

from gateway.errors import BadRequest
from gateway.processors.connector import Connector
from gateway.processors.protocol import Credentials, Mode
from gateway.processors.registry import CONNECTORS
from gateway.validation import ClosedModel

_PUBLIC: Final = re.compile(r"[\x21-\x7e]{1,255}")
_SECRET: Final = re.compile(r"[\x21-\x7e]{1,1000}")


def _plain(text: str) -> str:
    """Pasted with blanks around it, it is still the same secret."""
    if not _SECRET.fullmatch(text.strip()):
        raise ValueError("not printable ASCII")
    return text.strip()


WebhookSecret = Annotated[str, AfterValidator(_plain)]
Label = Annotated[str, Field(min_length=1, max_length=100)]
MESSAGES: Final = {
    "processor": "processor must be the name of a processor",
    "label": "label must be a string of 1 to 100 characters, or null",
    "credentials": "credentials must be an object of the processor's fields, each a string",
    "webhook_secret": "webhook_secret must be a string of at most 1000 printable ASCII characters",
    "collect": "collect must be true or false",
    "status": "status must be enabled or disabled",
    "drop_previous_webhook_secret": "drop_previous_webhook_secret must be true or false",
    "covers": "covers must be payments or refunds",
    "reason": "reason must be a string of at most 255 characters",
}


class NewAccount(ClosedModel):
    """Body of `POST /processor-accounts`."""

    messages: ClassVar[dict[str, str]] = MESSAGES

    processor: str = Field(max_length=20, description="As `processors` of the list calls it.")
    label: Label | None = Field(None, description="What people read.")
    credentials: dict[str, str] = Field(
        description="The processor's own names: its public field and its secret ones. Kept encrypted."
    )
    webhook_secret: WebhookSecret | None = Field(
        None, description="What the processor signs its notices with. Kept encrypted, never shown."
    )
    collect: bool = Field(
        False, description="Whether your own page may ask for a UPI address (most merchants may not any more)."
    )
    current_password: str = Field("", description="Of a person at the dashboard.")


class AccountChanges(ClosedModel):
    """Body of `PATCH /processor-accounts/{id}`: what is absent stays."""

    messages: ClassVar[dict[str, str]] = MESSAGES

    read_only: ClassVar[frozenset[str]] = frozenset(
        {
            "id", "processor", "mode", "public_key", "has_webhook_secret", "has_previous_webhook_secret",
            "webhook_secret_at", "previous_webhook_secret_at",
            "external_id", "api_version", "checked_at", "problem", "noticed_at", "is_silent", "webhook_url",
            "stops", "created_at", "updated_at",
        }
    )  # fmt: skip

    label: Label | None = None
    status: Literal["enabled", "disabled"] = Field(
        "enabled", description="Disabled it takes no new payment, and goes on with the old ones."
    )
    credentials: dict[str, str] | None = Field(
        None, description="All of them. They have to open the same account, and are asked before they are kept."
    )
    webhook_secret: WebhookSecret | None = Field(
        None, description="A new one; the one before holds as well until it is dropped."
    )
    drop_previous_webhook_secret: bool = Field(
        False, description="Notices signed with it are refused from now on."
    )
    collect: bool = False
    current_password: str = Field("", description="Of a person at the dashboard who gives credentials.")


class Stop(ClosedModel):
    """Body of `POST /processor-accounts/{id}/pause` and `/resume`."""

    messages: ClassVar[dict[str, str]] = MESSAGES

    covers: Literal["payments", "refunds"] = Field(
        "payments", description="New payments, or refunds: two switches."
    )
    reason: str | None = Field(None, max_length=255, description="For those who meet the stop.")


def connector_of(name: str) -> Connector:
    """The connector of this processor. Raises `BadRequest`."""
    if name not in CONNECTORS:
        raise BadRequest(f"processor must be one of {', '.join(CONNECTORS)}", field="processor")
    return CONNECTORS[name]


def read_credentials(connector: Connector, given: dict[str, str], mode: Mode) -> Credentials:
    """All of the processor's fields and no other, of this mode. Raises `BadRequest`, which repeats nothing."""
    names = (connector.public_field, *connector.secret_fields)
    if not given.keys() <= set(names):
        raise BadRequest(f"credentials must have {' and '.join(names)}, and nothing else", field="credentials")
    values = {name: _field(name, given.get(name), name == connector.public_field) for name in names}
    public_key = values.pop(connector.public_field)
    blank = dict.fromkeys(connector.secret_fields, "")
    for field, part in (
        (connector.public_field, Credentials(public_key, blank)),
        (connector.secret_fields[0], Credentials("", values)),
    ):
        found = connector.mode_of(part)
        if found is not None and found != mode:
            text = f"{field} is of {found} mode, and this account is for {mode} mode"
            raise BadRequest(text, field=f"credentials.{field}")
    return Credentials(public_key, values)


def _field(name: str, value: Any, is_public: bool) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise BadRequest(f"credentials.{name} is required", field=f"credentials.{name}")
    if not (_PUBLIC if is_public else _SECRET).fullmatch(text):
        raise BadRequest(f"credentials.{name} must be printable ASCII without blanks", field=f"credentials.{name}")
    return text
