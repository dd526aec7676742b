"""Stripe's signatures and version, judged by its SDK."""

import secrets
import time
from datetime import UTC, datetime

import pytest
import stripe

from gateway.processors.protocol import BadSignature
from gateway.processors.stripe.calls import API_VERSION
from gateway.processors.stripe.notices import TOLERANCE_SECONDS, read_notice
from tests.processors.fakes.stripe import StripeFake


def test_the_pinned_version_is_the_one_of_the_sdk_that_judges_it() -> None:
    """Else its types would speak of another API."""
    assert stripe.api_version == API_VERSION


def test_what_the_fake_signs_the_sdk_accepts() -> None:
    """`stripe.Webhook.construct_event`, as merchants use it."""
    fake = StripeFake()
    fake.create_intent({"amount": "100", "currency": "inr"})
    [event] = fake.events
    headers, body = fake.signed(event, "whsec_x", int(time.time()))
    read = stripe.Webhook.construct_event(body.decode(), headers["stripe-signature"], "whsec_x")
    assert (read.id, read.type, read.data.object["id"]) == (
        event["id"],
        "payment_intent.created",
        next(iter(fake.objects)),
    )
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body.decode(), headers["stripe-signature"], "whsec_y")


@pytest.mark.parametrize("body", ['{"id": "evt_1"}', '{"id":"evt_1","name":"ünïcødé ₹"}', '{"id": "evt_1"}\n'])
def test_what_the_sdk_signs_we_accept_and_what_it_refuses_we_refuse(body: str) -> None:
    """The same verdict on the header as it is, on each of its characters changed, and on its age."""
    verify = stripe.WebhookSignature.verify_header
    at, secret = int(time.time()), f"whsec_{secrets.token_hex(16)}"
    header = stripe.WebhookSignature.generate_signature_header(body, secret, at)
    assert (
        read_notice({"stripe-signature": header}, body.encode(), [secret], datetime.now(UTC))[0].event_id
        == "evt_1"
    )
    changed = [
        header[:place] + ("0" if header[place] != "0" else "1") + header[place + 1 :]
        for place in range(len(header))
    ]
    for given in (header, *changed, header.replace("v1", "v0"), f"v1=00,{header}", f"{header},v1=00", ""):
        for content in (body, body + " "):
            theirs = ours = True
            try:
                verify(content, given, secret, TOLERANCE_SECONDS)
            except stripe.SignatureVerificationError:
                theirs = False
            try:
                read_notice({"stripe-signature": given}, content.encode(), [secret], datetime.now(UTC))
            except BadSignature:
                ours = False
            assert ours is theirs, (given, content)
    old = stripe.WebhookSignature.generate_signature_header(body, secret, at - TOLERANCE_SECONDS - 5)
    with pytest.raises(stripe.SignatureVerificationError):
        verify(body, old, secret, TOLERANCE_SECONDS)
    with pytest.raises(BadSignature):
        read_notice({"stripe-signature": old}, body.encode(), [secret], datetime.now(UTC))
