"""Accept orders: what `POST /orders` does once it is known who asks.

In batches, as payments are: see `payments.accept`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.clock import utc_now
from gateway.database import Connection, Database
from gateway.database.lanes import Lanes
from gateway.database.one_by_one import at_once
from gateway.database.scope import Tenant
from gateway.encode import encode_json
from gateway.errors import BadRequest, GatewayError
from gateway.failpoint import reach
from gateway.idempotency.model import Accepted, Answer, RequestKey, kept_under
from gateway.idempotency.replay import answer_once
from gateway.orders.accept_queries import insert_orders
from gateway.orders.create import create_order, new_order
from gateway.orders.model import Capture
from gateway.tenancy.model import Caller


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order about to be stored. `row`: as `ACCEPT_ORDERS` reads it. Of those with a key one goes at a time."""

    id: str
    key: str | None
    row: dict[str, Any]
    answer: bytes


class OrderAcceptance:
    """Of one process. `batch_size`: orders of one statement at most."""

    def __init__(self, database: Database, default_capture: Capture, batch_size: int) -> None:
        self._database = database
        self._default_capture = default_capture
        self._lanes: Lanes[OrderDraft, bool] = Lanes(self._insert, batch_size)

    async def accept(
        self,
        caller: Caller,
        body: dict[str, Any],
        key: RequestKey | None,
        render_error: Callable[[GatewayError], Answer],
    ) -> Accepted:
        """Create the order that the body asks for, or give the answer that its key has kept.

        `render_error` makes an answer of an error that the key keeps. Raises every other error of `create_order`
        and `answer_once`.
        """
        draft = self._draft(caller, body, key)
        if draft is None or not await self._lanes.submit(caller, draft):
            return await self._accept_alone(caller, body, key, render_error)
        if key is not None:
            reach("api.committed")
        return Accepted(Answer(201, draft.answer))

    def _draft(self, caller: Caller, body: dict[str, Any], key: RequestKey | None) -> OrderDraft | None:
        """None: it is not ordinary."""
        try:
            order = new_order(caller, body, self._default_capture, utc_now())
        except BadRequest:
            return None
        answer = encode_json(order.as_json())
        row = {
            "id": order.id,
            "amount": order.amount,
            "currency": order.currency,
            "receipt": order.receipt,
            "notes": order.notes,
            "capture": order.capture,
            "at": order.created_at,
            "return_url": order.return_url,
            **kept_under(key),
            "answer": None if key is None else answer.decode(),
        }
        return OrderDraft(order.id, None if key is None else key.key, row, answer)

    async def _insert(self, tenant: Tenant, drafts: Sequence[OrderDraft]) -> list[bool]:
        """One batch. Those that share a key with one before them come after it, by themselves."""
        together = {draft.key or draft.id: draft for draft in reversed(drafts)}
        rows = [draft.row for draft in reversed(together.values())]
        reach("api.batch_gathered")
        made = await at_once(self._database, tenant, lambda tx: insert_orders(tx, tenant, rows))
        if made is None:
            return [False] * len(drafts)
        reach("api.batch_committed")
        return [draft.id in made for draft in drafts]

    async def _accept_alone(
        self,
        caller: Caller,
        body: dict[str, Any],
        key: RequestKey | None,
        render_error: Callable[[GatewayError], Answer],
    ) -> Accepted:
        async def act(tx: Connection) -> Answer:
            order = await create_order(tx, caller, body, default_capture=self._default_capture, now=utc_now())
            return Answer(201, encode_json(order.as_json()))

        async with self._database.connection(caller) as tx:
            if key is None:
                return Accepted(await act(tx))
            answer, replayed = await answer_once(tx, caller, key, act, render_error)
        reach("api.committed")
        return Accepted(answer, replayed)
