"""Whatever goes wrong is `NotSent`, `Unknown` or `Misconfigured`, never a refusal; a look-up mends it, and the
books show one effect.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Misconfigured,
    NotSent,
    Operation,
    Processor,
    Unknown,
)
from gateway.processors.razorpay.connector import CONNECTOR
from gateway.processors.transcript import recorded
from tests.processors.fakes.razorpay import KEY_SECRET, FakeRazorpay
from tests.processors.razorpay.conftest import CREDENTIALS
from tests.processors.razorpay.support import captured, refund

RAISED: dict[str, type[Exception]] = {
    "lose_request": Unknown,
    "lose_answer": Unknown,
    "error_before": Unknown,
    "error_after": Unknown,
    "html": Unknown,
    "conflict": Unknown,
    "too_many": NotSent,
    "refused_key": Misconfigured,
    "slow": Unknown,
    "silent": Unknown,
    "cut": Unknown,
    "empty": Unknown,
}
TWISTS = ["unknown_field", "unknown_value", "other_amount", "other_currency", "other_mode"]

Verb = Callable[[Operation], Awaitable[Any]]


async def test_a_5xx_with_a_reason_and_a_4xx_with_a_gateways_code_are_unknown(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.processors.fakes import razorpay_objects as make

    op = refund(await captured(account, fake), 20000)
    real = make.error
    for code in ("GATEWAY_ERROR", "SERVER_ERROR", "INTERNAL_SERVER_ERROR"):
        monkeypatch.setattr(make, "error", lambda *a, c=code: {"error": real(*a)["error"] | {"code": c}})
        fake.has_balance = False
        with pytest.raises(Unknown):
            await account.refund(op)


@pytest.mark.parametrize("body", [{"error": "no"}, {}, {"error": {"code": None}}])
async def test_a_refusal_without_a_reason_is_unknown(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    from tests.processors.fakes import razorpay_objects as make

    op = refund(await captured(account, fake), 20000)
    monkeypatch.setattr(make, "error", lambda *_: body)
    fake.has_balance = False
    with pytest.raises(Unknown):
        await account.refund(op)


async def test_no_secret_and_no_person_is_in_a_transcript(fake: FakeRazorpay, client: ProcessorClient) -> None:
    account = CONNECTOR.build(CREDENTIALS, "test", client)
    with recorded() as calls:
        paid = await captured(account, fake)
        await account.refund(refund(paid, 100))
    kept = repr(calls)
    assert len(calls) == 6
    for canary in (KEY_SECRET, "void@example.com", "9999999999", "Authorization"):
        assert canary not in kept
    assert paid.payment_id in kept
