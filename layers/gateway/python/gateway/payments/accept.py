"""Accept payments: what `POST /payments` does once it is known who asks.

What arrives in the same moment for one merchant and mode goes to the database as one statement with one commit
(`accept_queries`). A request alone is a batch of one and waits for nobody. Whatever is not ordinary goes the other
way, by itself, which alone knows the errors: a batch only ever says "it is done" or "not by me".
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from gateway.clock import utc_now
from gateway.database import Connection, Database
from gateway.database.lanes import Lanes
from gateway.database.one_by_one import at_once
from gateway.database.scope import Tenant
from gateway.encode import encode_json
from gateway.encryption import Keyring
from gateway.errors import BadRequest, GatewayError
from gateway.events.straight import Straight
from gateway.failpoint import reach
from gateway.idempotency.model import Accepted, Answer, RequestKey
from gateway.idempotency.replay import answer_once
from gateway.limits.limiter import Limiter, LimitReached
from gateway.limits.model import Verdict
from gateway.orders.model import Order
from gateway.payments.accept_draft import PaymentDraft, draft_payment
from gateway.payments.accept_queries import insert_payments
from gateway.payments.create import create_payment, find_order_to_pay
from gateway.payments.handed import handed_bodies
from gateway.payments.model import Payment
from gateway.processors.choose import processor_of
from gateway.tenancy.model import Caller

_ROUTED_SECONDS: Final = 10.0
_ROUTED: Final = 1_000


class Shopper(Protocol):
    """Who pays from a page, with the order's id as the only permission."""

    async def check(self, tx: Connection, order: Order, body: dict[str, Any]) -> None:
        """Raises the `GatewayError` for which this shopper may not pay the order so."""

    async def note(self, tx: Connection, payment: Payment) -> None:
        """Remember, of a live payment, what later checks ask for."""


class PaymentAcceptance:
    """Of one process. `batch_size`: payments of one statement at most. `straight`: where they may be handed over
    to whoever works on them."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        limiter: Limiter,
        batch_size: int,
        straight: Straight | None = None,
    ) -> None:
        self._straight = straight
        self._database = database
        self._keyring = keyring
        self._limiter = limiter
        self._lanes: Lanes[PaymentDraft, Accepted | None] = Lanes(self._insert, batch_size)
        self._routed: dict[tuple[UUID, str], float] = {}

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
        draft = self._draft(caller, body, key, shopper)
        if draft is not None and (shopper is None or await self._may_pay(caller, body, shopper)):
            accepted = await self._lanes.submit(caller, draft)
            if accepted is not None:
                self._count(draft.order_id, verdicts)
                if key is not None:
                    reach("api.committed")
                return accepted
        return await self._accept_alone(caller, body, key, render_error, verdicts, shopper)

    def _draft(
        self, caller: Caller, body: dict[str, Any], key: RequestKey | None, shopper: Shopper | None
    ) -> PaymentDraft | None:
        """None: it is not ordinary."""
        if processor_of(caller.mode) is None or self._is_routed(caller):
            return None
        try:
            draft = draft_payment(self._keyring, caller, body, key, utc_now(), public=shopper is not None)
        except BadRequest:
            return None
        return None if draft is None or self._limiter.would_refuse("order", draft.order_id) else draft

    async def _may_pay(self, caller: Caller, body: dict[str, Any], shopper: Shopper) -> bool:
        """Asked before the key is looked at. A refusal is asked anew after that: the key may have an answer."""
        try:
            async with self._database.connection(caller) as tx:
                await shopper.check(tx, (await find_order_to_pay(tx, caller, body)).order, body)
        except GatewayError:
            return False
        return True

    async def _insert(self, tenant: Tenant, drafts: Sequence[PaymentDraft]) -> list[Accepted | None]:
        """One batch. Those that share a key or an order with one before them come after it, by themselves."""
        together: dict[str, PaymentDraft] = {}
        for draft in drafts:
            names = {draft.order_id, f"key {draft.key}" if draft.key is not None else draft.order_id}
            if together.keys().isdisjoint(names):
                together |= dict.fromkeys(names, draft)
        rows = {draft.id: draft.row for draft in together.values()}
        reach("api.batch_gathered")
        straight = self._straight
        if straight is not None and not straight.is_open("payments", len(rows)):
            straight = None
        leased, born = None if straight is None else straight.lease_seconds, utc_now().timestamp()
        made = await at_once(
            self._database, tenant, lambda tx: insert_payments(tx, tenant, list(rows.values()), leased)
        )
        if made is None:
            return [None] * len(drafts)
        reach("api.batch_committed")
        if straight is not None and made.claims:
            straight.hand("payments", born, handed_bodies(made.claims.items()))
        if made.is_routed:
            self._note_routed(tenant)
        return [
            None
            if (body := made.answers.get(draft.id)) is None
            else Accepted(Answer(201, body), False, made.deliveries, draft.id in made.claims)
            for draft in drafts
        ]

    def _is_routed(self, tenant: Tenant) -> bool:
        """Whether a batch has lately found that routes take the merchant's payments. May be wrong either way."""
        return self._routed.get((tenant.merchant_id, tenant.mode), 0.0) > time.monotonic()

    def _note_routed(self, tenant: Tenant) -> None:
        if len(self._routed) >= _ROUTED:
            self._routed.clear()
        self._routed[tenant.merchant_id, tenant.mode] = time.monotonic() + _ROUTED_SECONDS

    async def _accept_alone(
        self,
        caller: Caller,
        body: dict[str, Any],
        key: RequestKey | None,
        render_error: Callable[[GatewayError], Answer],
        verdicts: list[Verdict],
        shopper: Shopper | None,
    ) -> Accepted:
        deliveries = 0

        async def act(tx: Connection) -> Answer:
            nonlocal deliveries
            to_pay = await find_order_to_pay(tx, caller, body)
            if (reached := self._count(to_pay.order.id, verdicts)) is not None:
                raise reached
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

    def _count(self, order_id: str, verdicts: list[Verdict]) -> LimitReached | None:
        """Count one try to pay this order. Returns what is to be raised for one too many."""
        try:
            verdict = self._limiter.count("order", order_id)
        except LimitReached as error:
            verdicts.append(error.verdict)
            return error
        if verdict is not None:
            verdicts.append(verdict)
        return None
