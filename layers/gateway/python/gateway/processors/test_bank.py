"""What may be done to the simulated bank from outside: the tools of test mode, and the page that plays with them.

Of a payment over an account there is nothing in its books: nobody decides or extends one from here.
"""

from typing import Any

from gateway.database import Connection
from gateway.processors.simulator.queries import count_operations, decide_action, extend_action

__all__ = ["decide", "let_wait", "read_books"]


async def decide(tx: Connection, payment_id: str, *, approve: bool) -> bool:
    """Play the shopper of a payment that waits for one; false if the bank does not wait."""
    return await decide_action(tx, f"{payment_id}:authorize", approve)


async def let_wait(tx: Connection, payment_id: str, seconds: float) -> bool:
    """Let the bank wait for the shopper `seconds` from now; false if it does not wait."""
    return await extend_action(tx, f"{payment_id}:authorize", seconds)


async def read_books(tx: Connection, payment_id: str) -> dict[str, dict[str, Any]]:
    """What the bank was asked, by kind: distinct `operations`, their `amount`, and how many `requests`."""
    return {row.pop("kind"): row for row in await count_operations(tx, payment_id)}
