"""What can go wrong with a call to a fake."""

from dataclasses import dataclass
from typing import Final, Literal

FaultKind = Literal[
    "lose_request",  # the connection ends, nothing was done
    "lose_answer",  # done, and the connection ends before the answer
    "error_after",  # 500, after it was done
    "error_before",  # 500, nothing was done
    "html",  # 502 with HTML, nothing was done
    "conflict",  # 409, nothing was done
    "too_many",  # 429, nothing was done
    "refused_key",  # 401, nothing was done
    "slow",  # done, answered after `seconds`
    "silent",  # nothing was done, and no answer for `seconds`
    "cut",  # done, the answer's JSON breaks off
    "empty",  # done, 200 without a body
    "unknown_field",  # done, the answer has fields that nobody knows
    "unknown_value",  # done, an enum of the answer has a value that nobody knows
    "other_amount",  # done, the answer tells one unit more
    "other_currency",  # done, the answer tells another currency
    "other_mode",  # done, the answer is of the other mode, where the processor tells it
]

BEFORE: Final = {
    "error_before": (500, b'{"error":{"code":"SERVER_ERROR","message":"try later"}}', "application/json"),
    "html": (502, b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", "text/html"),
}
"""What is answered instead: status, body and its type."""


@dataclass(slots=True)
class Fault:
    """One fault that waits for its call. `operation` "*" is any."""

    kind: FaultKind
    operation: str = "*"
    times: int = 1
    seconds: float = 0.0
