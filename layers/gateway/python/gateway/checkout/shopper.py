"""Who pays from a page: a stranger who knows an order's id."""

from dataclasses import dataclass
from typing import Any

from gateway.checkout.limits import check_shopper, note_shopper
from gateway.checkout.returns import check_return
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.orders.model import Order
from gateway.payments.model import Payment


@dataclass(frozen=True, slots=True)
class PageShopper:
    """One request of a page. `address`: where it comes from; `shared`: many shoppers may have it.

    `codes_per_order`: most UPI codes of one order.
    """

    keyring: Keyring
    address: str
    shared: bool
    codes_per_order: int

    async def check(self, tx: Connection, order: Order, body: dict[str, Any]) -> None:
        """See `check_shopper` and `check_return`, whose errors this raises."""
        most = self.codes_per_order
        await check_shopper(tx, self.keyring, order, body, self.address, most, shared=self.shared)
        await check_return(tx, order, body)

    async def note(self, tx: Connection, payment: Payment) -> None:
        """See `note_shopper`."""
        await note_shopper(tx, self.keyring, payment, self.address, utc_now())
