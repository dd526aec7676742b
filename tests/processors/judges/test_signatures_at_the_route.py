"""Every vector of a signed notice, at the product's address: the SDK's own verifier and the route say the same.

statamic-cargo#190, vendure-plugins#620, razorpay-woocommerce#664, razorpay-node#96 #434, pgeu-system#156.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
import razorpay
import stripe
from razorpay.errors import SignatureVerificationError

from gateway.processors.stripe.notices import TOLERANCE_SECONDS
from tests.processors.rows import SECRET, Shelf, sealed
from tests.support.stack import Stack

BODY = '{\n  "id": "evt_1",\n  "type": "charge.succeeded",\n  "event": "order.paid",\n  "note": "500 ₹"\n}'
AGAIN = json.dumps(json.loads(BODY), separators=(",", ":"))
OLD = "whsec_of_before"
OTHER = "whsec_of_somebody_else"


@dataclass(frozen=True)
class Vector:
    """A header's value (None: no header) and a body. `fits`: what the author of the vector expects of both."""

    name: str
    header: str | None
    body: str
    fits: bool


def mac(secret: str, signed: str) -> str:
    """HMAC-SHA256 in hex."""
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def stripes(at: int) -> list[Vector]:
    """Of `t=…,v1=…`."""
    stale = at - TOLERANCE_SECONDS - 5
    right, old, other = (mac(secret, f"{at}.{BODY}") for secret in (SECRET, OLD, OTHER))
    return [
        Vector("right", f"t={at},v1={right}", BODY, True),
        Vector("the secret before", f"t={at},v1={old}", BODY, True),
        Vector("wrong secret", f"t={at},v1={other}", BODY, False),
        Vector("empty secret", f"t={at},v1={mac('', f'{at}.{BODY}')}", BODY, False),
        Vector("stale", f"t={stale},v1={mac(SECRET, f'{stale}.{BODY}')}", BODY, False),
        Vector("another time than the signed one", f"t={at - 1},v1={right}", BODY, False),
        Vector("several, the last fits", f"t={at},v1={other},v1={'0' * 64},v1={right}", BODY, True),
        Vector("several, none fits", f"t={at},v1={other},v1={'0' * 64}", BODY, False),
        Vector("with another scheme", f"t={at},v1={right},v0={'0' * 64}", BODY, True),
        Vector("of another scheme alone", f"t={at},v0={right}", BODY, False),
        Vector("uppercase hex", f"t={at},v1={right.upper()}", BODY, False),
        Vector("written anew", f"t={at},v1={right}", AGAIN, False),
        Vector("one byte more", f"t={at},v1={right}", BODY + "\n", False),
        Vector("empty header", "", BODY, False),
        Vector("no header", None, BODY, False),
        Vector("no time", f"v1={right}", BODY, False),
        Vector("letters that are no ASCII", f"t={at},v1=é{right[1:]}", BODY, False),
        Vector("figures that are no ASCII", f"t=²{at},v1={right}", BODY, False),
    ]


def razorpays(_: int) -> list[Vector]:
    """Of the body alone, in hex."""
    right = mac(SECRET, BODY)
    return [
        Vector("right", right, BODY, True),
        Vector("the secret before", mac(OLD, BODY), BODY, True),
        Vector("wrong secret", mac(OTHER, BODY), BODY, False),
        Vector("empty secret", mac("", BODY), BODY, False),
        Vector("uppercase hex", right.upper(), BODY, False),
        Vector("several", f"{right},{right}", BODY, False),
        Vector("written anew", right, AGAIN, False),
        Vector("one byte more", right, BODY + "\n", False),
        Vector("empty header", "", BODY, False),
        Vector("no header", None, BODY, False),
        Vector("letters that are no ASCII", f"é{right[1:]}", BODY, False),
    ]


def stripe_says(vector: Vector) -> bool:
    """`stripe.Webhook`, as merchants use it, with each of the two secrets."""
    if vector.header is None:
        return False  # it takes a header as given
    for secret in (SECRET, OLD):
        try:
            stripe.Webhook.construct_event(vector.body, vector.header, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, TypeError):  # TypeError: it compares no such letters
            continue
        return True
    return False


def razorpay_says(vector: Vector) -> bool:
    """`razorpay.utility`, with each of the two secrets."""
    for secret in (SECRET, OLD):
        try:
            razorpay.Utility().verify_webhook_signature(vector.body, vector.header or "", secret)
        except (SignatureVerificationError, TypeError):
            continue
        return True
    return False


JUDGES: dict[str, tuple[str, Callable[[int], list[Vector]], Callable[[Vector], bool]]] = {
    "stripe": ("stripe-signature", stripes, stripe_says),
    "razorpay": ("x-razorpay-signature", razorpays, razorpay_says),
}


@pytest.fixture
def shelf(stack: Stack) -> Iterator[Shelf]:
    """The rows of a fresh merchant of the shared product."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        yield Shelf(connection, UUID(stack.merchant().id), chance=Random())


@pytest.mark.parametrize("name", JUDGES)
def test_the_route_takes_what_the_sdk_takes_and_refuses_what_it_refuses(
    stack: Stack, shelf: Shelf, name: str
) -> None:
    """Two secrets hold at the account, as while one is exchanged; the SDK is asked with each."""
    header, make, says = JUDGES[name]
    account = shelf.account(name)
    before = "UPDATE processor_accounts SET previous_webhook_secret = %s WHERE id = %s"
    shelf.sql(before, sealed(account, OLD), account)
    with httpx.Client(timeout=30) as web:
        for vector in make(int(time.time())):
            named: dict[str, Any] = {} if vector.header is None else {header: vector.header.encode("latin-1")}
            answer = web.post(
                f"{stack.base_url}/api/v1/processors/{account}/notices",
                content=vector.body.encode(),
                headers={"content-type": "application/json", **named},
            )
            verdict = says(vector)
            assert verdict is vector.fits, f"{name}, {vector.name}: the SDK says {verdict}"
            assert answer.status_code == (200 if verdict else 401), f"{name}, {vector.name}: {answer.text}"
    assert shelf.sql("SELECT count(*) > 0 FROM processor_notices WHERE account_id = %s", account) == [(True,)]
