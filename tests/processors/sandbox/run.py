"""`make test-sandbox`: what is safe to ask a real sandbox, through the port. It moves no money, test keys only.

    RAZORPAY_TEST_KEY_ID=rzp_test_… RAZORPAY_TEST_KEY_SECRET=…
    STRIPE_TEST_PUBLISHABLE_KEY=pk_test_… STRIPE_TEST_SECRET_KEY=sk_test_…
    CASHFREE_TEST_CLIENT_ID=TEST… CASHFREE_TEST_CLIENT_SECRET=cfsk_ma_test_…

Each processor without its keys is left out, and said to be. This has not been run by the project: what it would
find is unproven (docs/processors.md).
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from gateway.ids import new_id
from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Absent,
    ActionRequired,
    Closed,
    Credentials,
    Misconfigured,
    Operation,
    OrderFacts,
    Prepared,
    Processor,
)
from gateway.processors.registry import CONNECTORS

KEYS: Final = {
    "razorpay": ("RAZORPAY_TEST_KEY_ID", {"key_secret": "RAZORPAY_TEST_KEY_SECRET"}),
    "stripe": ("STRIPE_TEST_PUBLISHABLE_KEY", {"secret_key": "STRIPE_TEST_SECRET_KEY"}),
    "cashfree": ("CASHFREE_TEST_CLIENT_ID", {"client_secret": "CASHFREE_TEST_CLIENT_SECRET"}),
}
ORDER: Final = OrderFacts("order_sandbox")
TIMEOUT_SECONDS: Final = 30.0


def _payment() -> Operation:
    payment_id = new_id("pay")
    return Operation(
        key=f"{payment_id}:prepare", kind="prepare", payment_id=payment_id, mode="test", amount=50_000,
        currency="INR",
    )  # fmt: skip


async def _prepared(processor: Processor) -> Operation:
    op = _payment()
    made = await processor.prepare(op, ORDER, None)
    assert isinstance(made, Prepared), made
    return replace(op, reference=made.reference, first_sent_at=datetime.now(UTC))


async def credentials_are_right(processor: Processor) -> None:
    """The harmless GET answers, and of test mode."""
    assert (await processor.check()).mode == "test"


async def prepared_twice_is_one_object(processor: Processor) -> None:
    """A repeat with the same key finds the first one's object."""
    op = await _prepared(processor)
    again = await processor.prepare(replace(op, reference=None), ORDER, None)
    assert isinstance(again, Prepared), again
    assert again.reference == op.reference


async def an_unpaid_object_waits_and_can_be_closed(processor: Processor) -> None:
    """It is looked up as waiting; closed, no money can come."""
    op = await _prepared(processor)
    assert isinstance(await processor.look_up(op), ActionRequired)
    assert isinstance(await processor.close(op), Closed)


async def what_was_never_made_is_absent_or_cannot_be_told(processor: Processor) -> None:
    """Where our own id finds it, surely absent."""
    if processor.capabilities.look_up.get("prepare") == "own_id":
        assert isinstance(await processor.look_up(_payment()), Absent)


async def what_was_made_is_found_after_a_restore(processor: Processor) -> None:
    """Listed with our own id; or found by it, where only what somebody has tried to pay is listed."""
    since = datetime.now(UTC) - timedelta(minutes=5)
    op = await _prepared(processor)
    if op.payment_id in [one.own_id async for one in processor.list_since(since)]:
        return
    assert processor.capabilities.look_up.get("prepare") == "own_id"
    assert isinstance(await processor.look_up(replace(op, reference=None)), ActionRequired)


async def an_unlisted_currency_is_not_sent(processor: Processor) -> None:
    """Refused by the table."""
    try:
        await processor.prepare(replace(_payment(), currency="XTS"), ORDER, None)
    except Misconfigured:
        return
    raise AssertionError("a currency that is in no table was sent")


CASES: Final[tuple[Callable[[Processor], Awaitable[None]], ...]] = (
    credentials_are_right,
    prepared_twice_is_one_object,
    an_unpaid_object_waits_and_can_be_closed,
    what_was_never_made_is_absent_or_cannot_be_told,
    what_was_made_is_found_after_a_restore,
    an_unlisted_currency_is_not_sent,
)


async def run(name: str) -> int | None:
    """How many cases failed at this processor; None: there are no keys."""
    public_name, secret_names = KEYS[name]
    given = {variable: os.environ.get(variable, "") for variable in (public_name, *secret_names.values())}
    missing = [variable for variable, value in given.items() if not value]
    if missing:
        print(f"{name}: left out, {', '.join(missing)} not set")
        return None
    connector = CONNECTORS[name]
    secrets = {field: given[variable] for field, variable in secret_names.items()}
    credentials = Credentials(given[public_name], secrets)
    if connector.mode_of(credentials) != "test":
        raise SystemExit(f"{name}: these are no test keys, and nothing was asked")
    client = ProcessorClient(connector.url_of("test"), TIMEOUT_SECONDS)
    failed = 0
    try:
        for case in CASES:
            try:
                await case(connector.build(credentials, "test", client))
                print(f"{name}: {case.__name__}: holds")
            except Exception as error:
                failed += 1
                print(f"{name}: {case.__name__}: {type(error).__name__}: {error}")
    finally:
        await client.close()
    return failed


async def _all() -> list[int | None]:
    return [await run(name) for name in KEYS]


def main() -> None:
    """Entry point: 1 if a case failed; 0 also where everything was left out, which is said."""
    found = asyncio.run(_all())
    sys.exit(1 if any(found) else 0)


if __name__ == "__main__":
    main()
