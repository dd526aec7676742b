"""No answer, as a value: what the rules around the port make of what it raises."""

from dataclasses import dataclass
from typing import Literal

TroubleKind = Literal["unknown", "not_sent", "misconfigured"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Nobody knows, nothing was sent, or this account is not to be used."""

    kind: TroubleKind
    reason: str
    raw: str | None = None
    retry_after: float | None = None
