"""Whose notices are taken: the signature says it."""

import pytest

from gateway.clock import utc_now
from gateway.database import PooledDatabase
from gateway.errors import NotFound, SignatureRefused
from tests.processors.notices.receiving import INTENT, about, kept, told
from tests.processors.notices.signed import razorpay_notice, stripe_notice
from tests.processors.rows import SECRET, Shelf, sealed


async def test_signatures_that_do_not_hold_are_refused(api: PooledDatabase, shelf: Shelf) -> None:
    """statamic-cargo#190: without a secret nothing is taken. razorpay-node#434: the bytes count, not the JSON."""
    account, unset = shelf.account(), shelf.account(secret=None)
    removed = shelf.account(status="removed")
    headers, body = about({"id": INTENT})
    now = utc_now().timestamp()
    refused = [
        ({}, body),
        (headers, body.replace(b"\n", b"")),
        (headers, body + b" "),
        stripe_notice("whsec_of_somebody_else", "evt_1", "charge.succeeded", {"id": INTENT}),
        stripe_notice("", "evt_1", "charge.succeeded", {"id": INTENT}),
        stripe_notice(SECRET, "evt_1", "charge.succeeded", {"id": INTENT}, at=now - 301),
        stripe_notice(SECRET, "evt_1", "charge.succeeded", {"id": INTENT}, at=now + 400),
        razorpay_notice(SECRET, "evt_1", "payment.captured", {}),
    ]
    for notice in refused:
        with pytest.raises(SignatureRefused):
            await told(api, shelf, account, notice)
    for missing in (unset, removed, "acct_0000000000000000"):
        with pytest.raises(NotFound):
            await told(api, shelf, missing, (headers, body))
    with pytest.raises(NotFound):
        await told(api, shelf.another_merchant(), account, (headers, body))
    assert kept(shelf) == []


async def test_two_secrets_hold_while_the_processor_goes_over(api: PooledDatabase, shelf: Shelf) -> None:
    account = shelf.account()
    fresh = sealed(account, "whsec_fresh")
    turned = (
        "UPDATE processor_accounts SET previous_webhook_secret = webhook_secret, webhook_secret = %s WHERE id = %s"
    )
    shelf.sql(turned, fresh, account)
    for number, secret in enumerate((SECRET, "whsec_fresh")):
        notice = stripe_notice(secret, f"evt_{number}", "charge.succeeded", {"id": INTENT})
        assert (await told(api, shelf, account, notice)).new == 1
    shelf.sql("UPDATE processor_accounts SET previous_webhook_secret = NULL WHERE id = %s", account)
    with pytest.raises(SignatureRefused):
        await told(api, shelf, account, about({"id": INTENT}, "evt_3"))
