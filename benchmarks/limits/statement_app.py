"""A bare ASGI application that executes the API's own statements and answers.

Configured by `LIMIT_DATABASE_URL`, `LIMIT_OPTIONS` (libpq's, of each session) and `LIMIT_STATEMENTS`, a file
with pickled recorded statements. Same driver, pool size, preparation, role and tenant as the product; no
routing, validation, authentication or logging.
"""

from __future__ import annotations

import os
import pickle
import random
from pathlib import Path
from typing import Any

from psycopg_pool import AsyncConnectionPool

from benchmarks.limits.echo_app import Receive, Send, read_json, send_json
from benchmarks.limits.statements import renew

_POOL_SIZE = 6

_recorded = pickle.loads(Path(os.environ["LIMIT_STATEMENTS"]).read_bytes())
_pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
    os.environ["LIMIT_DATABASE_URL"],
    kwargs={"autocommit": True, "prepare_threshold": 2, "options": os.environ["LIMIT_OPTIONS"]},
    min_size=_POOL_SIZE,
    max_size=_POOL_SIZE,
    open=False,
)


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Execute the statements with new identifiers, the body's `order_id` if it has one, and answer 201."""
    if scope["type"] != "http":
        return
    if _pool.closed:
        await _pool.open(wait=True)
    if scope["method"] == "GET":
        await send_json(send, 200, {})  # the probe that waits for the start
        return
    body = await read_json(receive)
    new_ids: dict[str, str] = {}

    def new(identifier: str) -> str:
        kind, _, _ = identifier.partition("_")
        if kind == "order" and "order_id" in body:
            return str(body["order_id"])
        return new_ids.setdefault(identifier, f"{kind}_{random.randrange(10**15, 10**16)}")

    async with _pool.connection() as connection:
        for query, parameters in _recorded:
            cursor = await connection.execute(query, renew(parameters, new))
            if cursor.description:
                await cursor.fetchall()
    await send_json(send, 201, {**body, "id": next(iter(new_ids.values()), ""), "status": "pending"})
