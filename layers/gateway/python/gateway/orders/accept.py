"""Accept orders: what `POST /orders` does once it is known who asks."""

from collections.abc import Callable
from typing import Any

from gateway.clock import utc_now
from gateway.database import Connection, Database
from gateway.encode import encode_json
from gateway.errors import GatewayError
from gateway.failpoint import reach
from gateway.idempotency.model import Accepted, Answer, RequestKey
from gateway.idempotency.replay import answer_once
from gateway.orders.create import create_order
from gateway.orders.model import Capture
from gateway.tenancy.model import Caller


class OrderAcceptance:
    """Of one process."""

    def __init__(self, database: Database, default_capture: Capture) -> None:
        self._database = database
        self._default_capture = default_capture

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

        async def act(tx: Connection) -> Answer:
            order = await create_order(tx, caller, body, default_capture=self._default_capture, now=utc_now())
            return Answer(201, encode_json(order.as_json()))

        async with self._database.connection(caller) as tx:
            if key is None:
                return Accepted(await act(tx))
            answer, replayed = await answer_once(tx, caller, key, act, render_error)
        reach("api.committed")
        return Accepted(answer, replayed)
