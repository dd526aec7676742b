"""The story of the product, from an order to the last webhook of its refund."""

import base64

import razorpay
from standardwebhooks import Webhook

from tests.support.client import Merchant
from tests.support.receiver import Received, Receiver
from tests.support.stack import Stack, eventually


def test_an_order_is_paid_told_and_refunded(stack: Stack, merchant: Merchant) -> None:
    with Receiver() as shop:
        # The merchant says where to tell about it, and gets the secret that signs what is told.
        config = merchant.api.put("/webhooks/config", json={"webhook_url": shop.url}).json()
        secret = config["webhook_secret"]

        # An order of ₹500.00, and one try to pay it. The answer does not wait for the bank.
        order = merchant.order(50_000, currency="INR", receipt="receipt_42", notes={"customer": "Asha"})
        assert (order["status"], order["amount"]) == ("created", 50_000)
        payment = merchant.upi(order, "asha@bank")
        assert (payment["status"], payment["captured"]) == ("pending", False)

        # The worker asks the bank; the payment and its order follow.
        paid = merchant.settled(payment)
        assert (paid["captured"], paid["amount_captured"]) == (True, 50_000)
        assert merchant.api.get(f"/orders/{order['id']}").json()["status"] == "paid"

        # Each step was told, signed, in the payment's own order of events.
        told = [
            shop.wait_for(event, payment["id"])
            for event in ("payment.created", "payment.pending", "payment.success")
        ]
        assert [one.event["sequence"] for one in told] == [1, 2, 3]
        for one in told:
            assert_verified(one, secret)
        assert told[2].event["data"]["payment"]["status"] == "success"

        # Part of the money goes back, and that is told as well.
        refund = merchant.api.post(
            f"/payments/{payment['id']}/refunds", json={"amount": 10_000, "reason": "one item returned"}
        )
        assert (refund.status_code, refund.json()["status"]) == (201, "pending")
        refund_id = refund.json()["id"]
        processed = eventually(
            lambda: _processed(merchant.api.get(f"/refunds/{refund_id}").json()), what="the refund"
        )
        assert processed["processed_at"] is not None
        assert_verified(shop.wait_for("refund.created", refund_id), secret)
        assert_verified(shop.wait_for("refund.processed", refund_id), secret)

        # The books agree: asked once, charged once, paid back once.
        assert merchant.payment(payment["id"])["amount_refunded"] == 10_000
        assert merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"] == {
            "authorize": {"operations": 1, "amount": 50_000, "requests": 1},
            "refund": {"operations": 1, "amount": 10_000, "requests": 1},
        }

        # The merchant can read the same in the log.
        def log_is_clean() -> bool:
            log = merchant.api.get("/webhooks", params={"limit": 100}).json()
            return log["total"] == 6 and {row["status"] for row in log["data"]} == {"success"}

        eventually(log_is_clean, what="six delivered webhooks (order.paid among them) in the log")


def _processed(refund: dict[str, str]) -> dict[str, str] | None:
    return refund if refund["status"] == "processed" else None


def assert_verified(webhook: Received, secret: str) -> None:
    """Two packages that know nothing of us accept the signatures, and refuse a changed byte."""
    razorpay.Client(auth=("unused", "unused")).utility.verify_webhook_signature(
        webhook.body.decode(), webhook.headers["x-webhook-signature"], secret
    )
    key = secret.removeprefix("whsec_")
    base64.b64decode(key, validate=True)
    assert Webhook(key).verify(webhook.body, webhook.headers) == webhook.event
