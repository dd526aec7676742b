"""Razorpay's keys: what they open, and what they never open."""

from typing import Any

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Credentials,
    Misconfigured,
    Processor,
)
from gateway.processors.razorpay.connector import CONNECTOR
from tests.processors.fakes.razorpay import KEY_ID, KEY_SECRET, FakeRazorpay
from tests.processors.razorpay.conftest import CREDENTIALS
from tests.processors.razorpay.support import FACTS, payment, refusing

# --- keys and modes


async def test_a_harmless_get_checks_the_key(fake: FakeRazorpay, account: Processor) -> None:
    facts = await account.check()
    assert facts.mode == "test"
    assert facts.external_id is None
    assert [(one["method"], one["path"]) for one in fake.requests] == [("GET", "/v1/orders")]


async def test_a_wrong_secret_is_the_operators_matter(client: ProcessorClient) -> None:
    wrong = CONNECTOR.build(Credentials(KEY_ID, {"key_secret": "no"}), "test", client)
    with pytest.raises(Misconfigured):
        await wrong.check()


async def test_a_wrong_key_that_is_told_with_400_is_no_refusal_either(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("Authentication failed", "The api key provided is invalid", "Access Denied"):
        monkeypatch.setattr(fake, "_route", refusing(text))
        with pytest.raises(Misconfigured):
            await account.prepare(payment(), FACTS, None)
        assert fake.requests[-1]["status"] == 400


def test_the_prefix_tells_the_mode() -> None:
    modes = [CONNECTOR.mode_of(Credentials(key, {})) for key in ("rzp_test_1", "rzp_live_1", "sk_test_1")]
    assert modes == ["test", "live", None]


async def test_a_key_of_no_known_shape_is_not_sent(fake: FakeRazorpay, client: ProcessorClient) -> None:
    stranger = CONNECTOR.build(Credentials("sk_test_1", {"key_secret": KEY_SECRET}), "test", client)
    with pytest.raises(Misconfigured):
        await stranger.check()
    assert fake.requests == []


async def test_a_test_key_sends_nothing_of_a_live_payment(fake: FakeRazorpay, client: ProcessorClient) -> None:
    misfiled = CONNECTOR.build(CREDENTIALS, "live", client)
    live: Any = {"mode": "live"}
    for ask in (
        misfiled.prepare(payment(**live), FACTS, None),
        misfiled.capture(payment("capture", charge="pay_1", **live)),
        misfiled.refund(payment("refund", charge="pay_1", **live)),
    ):
        with pytest.raises(Misconfigured):
            await ask
    assert fake.requests == []


def test_a_secret_is_in_no_repr(client: ProcessorClient) -> None:
    assert KEY_SECRET not in repr(CONNECTOR.build(CREDENTIALS, "test", client))
