"""A shop under load: orders, payments and refunds, each with a key, each repeated until it is answered."""

import asyncio
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.support.client import CARD, Merchant

_PAUSES_SECONDS: Final = (0.2, 2.0)
"""Before the second try, and the longest: doubled from try to try, as a client's library does it."""
_PATIENCE_SECONDS: Final = 150.0

METHODS: Final = (
    ("failure@bank", "failed"), ("timeout@bank", "success"), ("late@bank", "success"), ("card", "success"),
    *((f"success@bank{number}", "success") for number in range(6)),
)  # fmt: skip
"""What is paid with in turn, and what must come of it. With `timeout` and `late` the answer is lost or late."""


@dataclass
class Sale:
    """One order with its payment, and a refund of every third."""

    number: int
    order: str = ""
    payment: str = ""
    refund: str = ""

    @property
    def expected(self) -> str:
        """The end state of its payment."""
        return METHODS[self.number % len(METHODS)][1]

    def method(self) -> dict[str, Any]:
        """How it is paid."""
        name = METHODS[self.number % len(METHODS)][0]
        return {"method": "card", "card": CARD} if name == "card" else {"method": "upi", "vpa": name}


@dataclass
class Load:
    """What is asked of the API and what it answered. Runs in a thread: `start`, then `finish`."""

    merchant: Merchant
    sales: list[Sale]
    seconds: float
    refunds: bool = True
    answers: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    wrong: list[str] = field(default_factory=list)
    creations: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Begin selling."""
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._guarded, daemon=True)
        self._thread.start()

    def is_running(self) -> bool:
        """Whether sales are still to be answered."""
        return self._thread.is_alive()

    def finish(self, seconds: float) -> None:
        """Wait until every sale is answered. Raises what went wrong in it."""
        self._thread.join(seconds)
        if self._failure is not None:
            raise self._failure
        if self._thread.is_alive():
            raise TimeoutError(f"sales were not answered in {seconds} s")

    def _guarded(self) -> None:
        try:
            asyncio.run(self._sell_all())
        except BaseException as error:
            self._failure = error

    async def _sell_all(self) -> None:
        headers = {"X-Api-Key": self.merchant.key, "X-Api-Secret": self.merchant.secret}
        url = f"{self.merchant.base_url}/api/v1"
        started = time.monotonic()
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as self._client:
            selling = []
            for sale in self.sales:
                at = started + self.seconds * sale.number / len(self.sales)
                await asyncio.sleep(max(at - time.monotonic(), 0))
                selling.append(asyncio.create_task(self._sell(sale)))
            await asyncio.gather(*selling)

    async def _sell(self, sale: Sale) -> None:
        number = sale.number
        order = await self.post("/orders", {"amount": 50_000 + number}, f"order-{number}")
        sale.order = order["id"]
        body = {"order_id": sale.order, **sale.method()}
        payment = await self.post("/payments", body, f"payment-{number}")
        sale.payment = payment["id"]
        if number % 10 == 5:  # a client that did not see the answer
            again = await self.post("/payments", body, f"payment-{number}")
            if again != payment:
                self.wrong.append(f"the key of payment {number} gave {again} after {payment}")
        if self.refunds and number % 3 == 0 and sale.expected == "success":
            await self._until_success(sale)
            refund = await self.post(f"/payments/{sale.payment}/refunds", {"amount": 10_000}, f"refund-{number}")
            sale.refund = refund["id"]

    async def _until_success(self, sale: Sale) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            payment = await self._get(f"/payments/{sale.payment}")
            if payment.get("status") == "success":
                return
            await asyncio.sleep(1)
        raise TimeoutError(f"{sale.payment} is no success after {_PATIENCE_SECONDS:.0f} s")

    async def _get(self, path: str) -> dict[str, Any]:
        try:
            response = await self._client.get(path)
        except httpx.TransportError:
            return {}
        self._judge(response, 200)
        found: dict[str, Any] = response.json()
        return found

    async def post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """What is created at last; the same request with the same key until then."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        pause, longest = _PAUSES_SECONDS
        while time.monotonic() < deadline:
            started = time.monotonic()
            try:
                response = await self._client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                self.broken += 1
            else:
                self.creations.append(time.monotonic() - started)
                self._judge(response, 201)
                if response.status_code < 409:
                    found: dict[str, Any] = response.json()
                    return found
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(pause * 2, longest)
        raise TimeoutError(f"{path} with {key} was not answered for {_PATIENCE_SECONDS:.0f} s")

    def _judge(self, response: httpx.Response, expected: int) -> None:
        """Good, or come back later and said so; everything else is wrong."""
        self.answers[response.status_code] += 1
        if response.status_code == expected:
            return
        says_when = response.headers.get("Retry-After", "").isdecimal()
        says_retry = response.headers.get("Should-Retry") == "true"
        if response.status_code not in (409, 503) or not (says_when and says_retry):
            self.wrong.append(f"{response.status_code} {response.text[:200]}")

    def describe(self) -> str:
        """The answers in one line."""
        codes = ", ".join(f"{count} × {code}" for code, count in sorted(self.answers.items()))
        return f"{codes}; {self.broken} broken connections"


def sales(count: int) -> list[Sale]:
    """So many of them."""
    return [Sale(number) for number in range(count)]
