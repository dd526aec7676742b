"""A gateway in memory that speaks as much of the contract as the harness uses, to test the harness.

    python fake_gateway.py PORT PROCESSING_DELAY_MS

It knows event filters on the config, signs webhooks both ways and can misbehave on request:
vpa `refused@bank` answers 400, keys other than `key` answer 401.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import uvicorn

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()
Json = dict[str, Any]


class Fake:
    """State and routes."""

    def __init__(self, delay_ms: int) -> None:
        self.delay = delay_ms / 1000
        self.orders: dict[str, Json] = {}
        self.payments: dict[str, Json] = {}
        self.url: str | None = None
        self.events: list[str] | None = None
        self.unfinished = 0
        self.tasks: set[asyncio.Task[None]] = set()
        self.outbox: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    def answer(self, method: str, path: str, body: Json) -> tuple[int, object]:
        match method, path:
            case "POST", "/api/v1/orders":
                return 201, self._create(self.orders, "order_", body)
            case "POST", "/api/v1/payments":
                return self._pay(body)
            case "GET", "/api/v1/test/jobs/status":
                return 200, {"pending": self.unfinished, "processing": 0, "worker_status": "running"}
            case "GET", "/api/v1/webhooks/config":
                return 200, self._config()
            case "PUT", "/api/v1/webhooks/config":
                self.url, self.events = body.get("webhook_url"), body.get("events")
                return 200, self._config()
            case "GET", "/api/v1/payments":
                return 200, {"data": list(self.payments.values())[-20:]}
            case "GET", "/api/v1/orders":
                return 200, {"data": list(self.orders.values())[-20:]}
        if method == "GET" and (found := re.fullmatch(r"/api/v1/(?:orders|payments)/(\w+)", path)):
            row = self.orders.get(found[1]) or self.payments.get(found[1])
            if row:
                return 200, row
        return 404, {"error": {"code": "NOT_FOUND_ERROR"}}

    def _config(self) -> Json:
        return {"webhook_url": self.url, "webhook_secret": SECRET, "events": self.events}

    def _create(self, rows: dict[str, Json], prefix: str, fields: Json) -> Json:
        row = {"id": f"{prefix}{len(rows):016d}", "status": "created", **fields}
        rows[row["id"]] = row
        return row

    def _pay(self, body: Json) -> tuple[int, object]:
        if body["vpa"] == "refused@bank" or body["order_id"] not in self.orders:
            return 400, {"error": {"code": "BAD_REQUEST_ERROR"}}
        payment = self._create(self.payments, "pay_", body)
        payment["status"] = "pending"
        self.unfinished += 1
        self._publish("payment.created", payment)
        self._publish("payment.pending", payment)
        task = asyncio.create_task(self._process(payment))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return 201, payment

    async def _process(self, payment: Json) -> None:
        await asyncio.sleep(self.delay)
        payment["status"] = "success"
        self._publish("payment.success", payment)
        self._publish("order.paid", payment)
        self.unfinished -= 1

    def _publish(self, event: str, payment: Json) -> None:
        if self.url and (self.events is None or event in self.events):
            body = {"event": event, "timestamp": int(time.time()), "data": {"payment": payment}}
            self.outbox.put_nowait((self.url, json.dumps(body, separators=(",", ":")).encode()))

    async def send_webhooks(self) -> None:
        """One sender over one kept-alive connection."""
        writer: asyncio.StreamWriter | None = None
        port = 0
        while True:
            url, body = await self.outbox.get()
            parts = urlsplit(url)
            if writer is None or port != parts.port:
                reader, writer = await asyncio.open_connection("127.0.0.1", parts.port)
                port = parts.port or 0
            writer.write(_webhook(parts.path, body))
            await reader.readuntil(b"\r\n\r\nok")


def _webhook(path: str, body: bytes) -> bytes:
    now = int(time.time())
    legacy = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    standard = base64.b64encode(hmac.digest(key, f"evt_1.{now}.".encode() + body, hashlib.sha256)).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: receiver\r\nContent-Length: {len(body)}\r\n"
        f"X-Webhook-Signature: {legacy}\r\nwebhook-id: evt_1\r\nwebhook-timestamp: {now}\r\n"
        f"webhook-signature: v1,{standard}\r\n\r\n"
    )
    return head.encode() + body


def application(fake: Fake) -> Any:
    """The ASGI application."""

    async def app(scope: Json, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message.get("more_body"):
                break
        if dict(scope["headers"]).get(b"x-api-key") != b"key":
            content: object = {"error": {"code": "AUTHENTICATION_ERROR"}}
            status = 401
        else:
            status, content = fake.answer(scope["method"], scope["path"], json.loads(body or b"{}"))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(content).encode()})

    return app


async def main(port: int, delay_ms: int) -> None:
    fake = Fake(delay_ms)
    server = uvicorn.Server(
        uvicorn.Config(application(fake), port=port, lifespan="off", log_level="warning", access_log=False)
    )
    sender = asyncio.create_task(fake.send_webhooks())
    await server.serve()
    sender.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
