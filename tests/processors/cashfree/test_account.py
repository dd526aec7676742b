"""An account: its keys and their mode, its two addresses, what goes with every request."""

from dataclasses import replace
from uuid import UUID

import pytest

from gateway.processors.cashfree.calls import API_VERSION
from gateway.processors.cashfree.connector import CONNECTOR, mode_of
from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Credentials, Misconfigured, NotSent, Processor
from tests.processors.cashfree.conftest import CREDENTIALS
from tests.processors.cashfree.support import captured, payment, prepare, refund
from tests.processors.fakes.cashfree import FakeCashfree


@pytest.mark.parametrize(
    ("app_id", "secret", "mode"),
    [
        ("TEST430329ae80", "cfsk_ma_test_" + "1_2", "test"),
        ("TEST430329ae80", "TESTaf195616", "test"),
        ("430329ae80", "cfsk_ma_prod_" + "1_2", "live"),
        ("430329ae80", "cfsk_ma_test_" + "1_2", "test"),
        ("TEST430329ae80", "cfsk_ma_prod_" + "1_2", "test"),
        ("430329ae80", "af195616268b", None),
    ],
)
def test_a_key_says_its_mode_or_nothing(app_id: str, secret: str, mode: str | None) -> None:
    """What says nothing is asked at the address of the account's mode; the other refuses it."""
    assert mode_of(Credentials(app_id, {"client_secret": secret})) == mode


def test_a_test_key_opens_no_live_account(client: ProcessorClient) -> None:
    with pytest.raises(Misconfigured):
        CONNECTOR.build(CREDENTIALS, "live", client)


def test_each_mode_has_an_address_of_its_own() -> None:
    assert CONNECTOR.url_of("test") == "https://sandbox.cashfree.com"
    assert CONNECTOR.url_of("live") == "https://api.cashfree.com"


def test_a_processor_with_one_address_has_it_for_both_modes() -> None:
    one = replace(CONNECTOR, test_url=None)
    assert {one.url_of("test"), one.url_of("live")} == {"https://api.cashfree.com"}


async def test_a_check_is_harmless_and_needs_the_right_key(
    fake: FakeCashfree, client: ProcessorClient, account: Processor
) -> None:
    facts = await account.check()
    assert (facts.mode, facts.external_id) == ("test", None)
    assert [(one["method"], one["status"]) for one in fake.requests] == [("GET", 404)]
    wrong = CONNECTOR.build(Credentials(CREDENTIALS.public_key, {"client_secret": "wrong"}), "test", client)
    with pytest.raises(Misconfigured) as refused:
        await wrong.check()
    assert "authentication Failed" in (refused.value.raw or ""), "what Cashfree said is kept for people"


async def test_every_request_has_the_keys_and_the_version(fake: FakeCashfree, account: Processor) -> None:
    op = await captured(account, fake)
    await account.refund(refund(op, 100))
    for sent in fake.requests:
        headers = sent["headers"]
        assert headers["x-client-id"] == CREDENTIALS.public_key
        assert headers["x-api-version"] == API_VERSION == CONNECTOR.api_version


async def test_a_repeat_has_the_uuid_of_our_key_and_gets_the_first_answer(
    fake: FakeCashfree, account: Processor
) -> None:
    op = payment()
    assert await prepare(account, op) == await prepare(account, op)
    first, second = (UUID(one["headers"]["x-idempotency-key"]) for one in fake.requests)
    assert first == second
    assert first.version == 5
    assert len(fake.orders) == 1


async def test_too_many_requests_says_in_its_own_header_when_to_come_again(
    fake: FakeCashfree, account: Processor
) -> None:
    fake.fail("too_many", "prepare")
    with pytest.raises(NotSent) as not_sent:
        await prepare(account, payment())
    assert not_sent.value.retry_after == 1


async def test_no_number_of_a_card_is_taken(account: Processor) -> None:
    with pytest.raises(Misconfigured):
        await account.authorize(payment(), None)  # type: ignore[arg-type]
