"""What may be asked of routes: the bodies of requests, and their rules."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field

from gateway.errors import BadRequest
from gateway.money import MAXIMUM_AMOUNT, Currency
from gateway.processors.capabilities import Method
from gateway.processors.instruments import BANKS, WALLETS
from gateway.processors.routes.model import MOST_RULES, Wanted
from gateway.validation import ClosedModel

MOST_VERSION: Final = 64
"""Characters of the version of a list of rules, as it is sent back."""
NETWORKS: Final = ("visa", "mastercard", "amex", "rupay")
FLOWS: Final = ("collect", "intent", "qr")
_OF: Final = {"card": NETWORKS, "upi": FLOWS, "netbanking": tuple(BANKS), "wallet": tuple(WALLETS)}
_NAMES: Final = tuple(name for names in _OF.values() for name in names)


def _known_network(name: str) -> str:
    if name not in _NAMES:
        raise ValueError("network must be of a card, a flow of UPI, or the code of a bank or a wallet")
    return name


Network = Annotated[
    str, Field(max_length=30, json_schema_extra={"enum": list(_NAMES)}), AfterValidator(_known_network)
]
_AmountBound = Annotated[int, Field(ge=0, le=MAXIMUM_AMOUNT)]


class NewRule(ClosedModel):
    """One rule. What is absent or null fits any payment."""

    id: str | None = Field(None, description="Of a rule that there is: it stays the same rule, with its share.")
    account_id: str = Field(max_length=40)
    method: Method | None = None
    network: Network | None = Field(
        None, description="Of a card, the flow of UPI, the bank or the wallet, where it is known before."
    )
    currency: Currency | None = None
    amount_from: _AmountBound | None = Field(None, description="Minor units, included.")
    amount_to: _AmountBound | None = Field(None, description="Minor units, included.")
    share: int = Field(100, ge=1, le=100, description="Hundredths of the payments that fit; others go on.")

    read_only: ClassVar[frozenset[str]] = frozenset({"created_at"})

    def refuse_contradictions(self, field: str) -> None:
        """Raises `BadRequest` for a rule that no payment can ever fit."""
        if self.amount_to is not None and (self.amount_from or 0) > self.amount_to:
            raise BadRequest("amount_to must not be less than amount_from", field=f"{field}.amount_to")
        refuse_other_network(self.method, self.network, f"{field}.network")


class PreviewBody(ClosedModel):
    """Body of `POST /processor-routes/preview`: a payment that nobody makes."""

    method: Method
    network: Network | None = Field(None, description="Of a card, the flow of UPI, the bank or the wallet.")
    currency: Currency
    amount: int = Field(ge=1, le=MAXIMUM_AMOUNT, description="Minor units.")
    capture: Literal["automatic", "manual"] = Field(
        "automatic", description="manual: its money is to be held until it is captured."
    )

    def wanted(self) -> Wanted:
        """As the rules are asked. Raises `BadRequest`."""
        refuse_other_network(self.method, self.network, "network")
        return Wanted(self.method, self.currency, self.amount, self.network, self.capture == "manual")


def refuse_other_network(method: str | None, network: str | None, field: str) -> None:
    """Raises `BadRequest` for a network that the method does not have."""
    of = _OF.get(method or "")
    if network is not None and of is not None and network not in of:
        raise BadRequest(f"network of {method} must be one of {', '.join(of)}", field=field)


def read_rules(body: dict[str, object]) -> list[object]:
    """The `rules` of a body, not yet looked at one by one. Raises `BadRequest`."""
    rules = body.get("rules")
    if not isinstance(rules, list):
        raise BadRequest("rules must be a list of objects", field="rules")
    if len(rules) > MOST_RULES:
        raise BadRequest(f"There may be at most {MOST_RULES} rules", field="rules")
    return rules


def read_version(body: dict[str, object]) -> str | None:
    """The `version` of a body, if there is one. Raises `BadRequest`."""
    version = body.get("version")
    if version is None or (isinstance(version, str) and len(version) <= MOST_VERSION):
        return version
    raise BadRequest(f"version must be a text of at most {MOST_VERSION} characters, or null", field="version")
