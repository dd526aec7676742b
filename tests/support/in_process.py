"""The API in this process: many requests arrive in the very same moment, as processes cannot be made to do."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import psycopg
import pytest

from api.app import build_app
from api.http.errors import HTTP_STATUS
from gateway.orders import accept as accept_orders
from gateway.payments import accept as accept_payments
from gateway.runtime import Runtime, build_runtime
from gateway.settings import Settings
from tests.support.stack import new_merchant


@dataclasses.dataclass
class Shop:
    """A merchant at one application."""

    client: httpx.AsyncClient
    id: str
    headers: dict[str, str]

    async def post(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        """One request."""
        headers = self.headers | ({} if key is None else {"Idempotency-Key": key})
        return await self.client.post(path, json=body, headers=headers)

    async def order(self, amount: int = 50_000, **fields: Any) -> str:
        """The id of a fresh order."""
        answer = await self.post("/orders", {"amount": amount, **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return str(made["id"])

    async def orders(self, count: int) -> list[str]:
        """Ids of fresh orders."""
        return list(await asyncio.gather(*(self.order() for _ in range(count))))


@dataclasses.dataclass
class Application:
    """The API over one database."""

    runtime: Runtime
    client: httpx.AsyncClient

    async def shop(self) -> Shop:
        """A new merchant with a test key."""
        url, keyring = self.runtime.settings.database_url, self.runtime.keyring
        merchant_id, key, secret = await new_merchant(url, keyring, "test")
        return Shop(self.client, merchant_id, {"X-Api-Key": key, "X-Api-Secret": secret})

    async def sql(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows, as the owner of the tables."""
        async with await psycopg.AsyncConnection.connect(
            self.runtime.settings.database_url, autocommit=True
        ) as connection:
            cursor = await connection.execute(statement.encode(), parameters)
            return await cursor.fetchall() if cursor.description else []


@asynccontextmanager
async def application(database_url: str, **changes: Any) -> AsyncIterator[Application]:
    """An application; `changes`: settings."""
    given = {"TEST_MODE": True, "DATABASE_URL": database_url, "rate_limits": "off", "request_log_hours": 0}
    runtime = build_runtime(Settings(**given | {"log_level": "ERROR"} | changes), "api")
    transport = httpx.ASGITransport(build_app(runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway/api/v1", timeout=60) as client:
        try:
            yield Application(runtime, client)
        finally:
            await runtime.database.close()


def one_by_one(app: Application) -> None:
    """Have the application know no batches."""
    for acceptance in (app.runtime.accept_orders, app.runtime.accept_payments):
        acceptance._draft = lambda *_: None  # type: ignore[method-assign]


def batch_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each batch has that goes to the database from now on."""
    seen: list[int] = []
    for module, name in ((accept_payments, "insert_payments"), (accept_orders, "insert_orders")):
        insert = getattr(module, name)

        async def counted(tx: Any, tenant: Any, rows: Sequence[Any], *more: Any, _insert: Any = insert) -> Any:
            seen.append(len(rows))
            return await _insert(tx, tenant, rows, *more)

        monkeypatch.setattr(module, name, counted)
    return seen


def is_replayed(answer: httpx.Response) -> bool:
    """Whether it is an earlier request's answer."""
    return answer.headers.get("idempotent-replayed") == "true"


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal."""
    code: str = answer.json()["error"]["code"]
    assert HTTP_STATUS[code] == answer.status_code
    return code
