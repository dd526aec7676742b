"""Accept payments: what `POST /payments` does once it is known who asks."""

from collections.abc import Callable
from typing import Any, Protocol

from gateway.clock import utc_now
from gateway.database import Connection, Database
from gateway.encode import encode_json
from gateway.encryption import Keyring
from gateway.errors import GatewayError
from gateway.failpoint import reach
from gateway.idempotency.model import Accepted, Answer, RequestKey
from gateway.idempotency.replay import answer_once
from gateway.limits.limiter import Limiter, LimitReached
from gateway.limits.model import Verdict
from gateway.orders.model import Order
from gateway.payments.create import create_payment, find_order_to_pay
from gateway.payments.model import Payment
from gateway.tenancy.model import Caller


class Shopper(Protocol):
    """Who pays from a page, with the order's id as the only permission."""

    async def check(self, tx: Connection, order: Order, body: dict[str, Any]) -> None:
        """Raises the `GatewayError` for which this shopper may not pay the order so."""

    async def note(self, tx: Connection, payment: Payment) -> None:
        """Remember what later checks ask for."""


class PaymentAcceptance:
    """Of one process."""

    def __init__(self, database: Database, keyring: Keyring, limiter: Limiter) -> None:
        self._database = database
        self._keyring = keyring
        self._limiter = limiter

    async def accept(
        self,
        caller: Caller,
        body: dict[str, Any],
        key: RequestKey | None,
        render_error: Callable[[GatewayError], Answer],
        verdicts: list[Verdict],
        shopper: Shopper | None = None,
    ) -> Accepted:
        """Create the payment that the body asks for, or give the answer that its key has kept.

        `render_error` makes an answer of an error that the key keeps. To `verdicts` comes what the try was counted
        against. Raises every other error of `create_payment` and `answer_once`, and `LimitReached`.
        """
        deliveries = 0

        async def act(tx: Connection) -> Answer:
            nonlocal deliveries
            to_pay = await find_order_to_pay(tx, caller, body)
            self._count(to_pay.order.id, verdicts)
            if shopper is not None:
                await shopper.check(tx, to_pay.order, body)
            payment, deliveries = await create_payment(tx, self._keyring, to_pay, body, utc_now())
            if shopper is not None:
                await shopper.note(tx, payment)
            return Answer(201, encode_json(payment.as_json() if shopper is None else payment.as_public_json()))

        async with self._database.connection(caller) as tx:
            if key is None:
                return Accepted(await act(tx), deliveries=deliveries)
            answer, replayed = await answer_once(tx, caller, key, act, render_error)
        reach("api.committed")
        return Accepted(answer, replayed, deliveries)

    def _count(self, order_id: str, verdicts: list[Verdict]) -> None:
        """Count one try to pay this order. Raises `LimitReached`."""
        try:
            verdict = self._limiter.count("order", order_id)
        except LimitReached as error:
            verdicts.append(error.verdict)
            raise
        if verdict is not None:
            verdicts.append(verdict)
