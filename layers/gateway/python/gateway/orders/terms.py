"""What an order may be paid with, and until when: what the hosted page shows, and every way to pay holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.errors import BadRequest
from gateway.orders.model import Order

RUPEES: Final = "INR"
"""What UPI, net banking and wallets move, and nothing else."""


def usable_methods(methods: list[str], currency: str) -> list[str]:
    """Of the methods that a merchant offers those that can pay this currency."""
    return [method for method in methods if method == "card" or currency == RUPEES]


def expires_at(created_at: datetime, order_seconds: int | None, extensions: int) -> datetime | None:
    """Until when an order may be paid; None: for ever."""
    if order_seconds is None:
        return None
    return created_at + timedelta(seconds=order_seconds * (1 + extensions))


@dataclass(frozen=True, slots=True)
class OrderToPay:
    """An order, and the terms that its merchant has set for the mode. `extensions`: how often time was added.

    `has_routes`: whether there are rules about who takes the merchant's payments; without any nobody need ask.
    """

    order: Order
    methods: list[str]
    order_seconds: int | None
    extensions: int
    has_routes: bool = False

    def check_time(self, now: datetime) -> None:
        """Raises `BadRequest` for an order whose time is over."""
        end = expires_at(self.order.created_at, self.order_seconds, self.extensions)
        if end is not None and now >= end:
            raise BadRequest("Order has expired", field="order_id")

    def check_method(self, method: str) -> None:
        """Raises `BadRequest` for a method that the merchant does not offer, or that cannot pay the currency."""
        if method not in self.methods:
            raise BadRequest(f"{method} is not offered for this order", field="method")
        if method not in usable_methods(self.methods, self.order.currency):
            text = f"{method} pays {RUPEES} only, and this order is in {self.order.currency}"
            raise BadRequest(text, field="method")
