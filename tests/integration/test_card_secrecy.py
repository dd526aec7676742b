"""A marked card is paid with in every way; then everything that was written is searched for it."""

import hashlib
import json

from tests.support.client import CARD, Merchant
from tests.support.receiver import Receiver
from tests.support.stack import Stack, eventually

CVV = "7391"
# Numbers that pass the check digit and stand nowhere else in the repository or in a log by chance.
UNKNOWN = "4539578763621486"
DECLINED = "4000000000009995"
HOLDER = "Canary Q Holder"


def test_card_data_is_nowhere_once_the_bank_has_answered(stack: Stack, merchant: Merchant) -> None:
    with Receiver() as shop:
        merchant.api.put("/webhooks/config", json={"webhook_url": shop.url})
        for number, status in ((UNKNOWN, "success"), (DECLINED, "failed")):
            card = CARD | {"number": number, "cvv": CVV, "holder_name": HOLDER}
            body = {"order_id": merchant.order()["id"], "method": "card", "card": card}
            answer = merchant.api.post("/payments", json=body, headers={"Idempotency-Key": f"canary-{status}"})
            payment = merchant.settled(answer.json(), status)
            shop.wait_for(f"payment.{status}", payment["id"])
        # Bad input of every kind, so that error texts and logs had their chance.
        for change in ({"number": UNKNOWN[:-1] + "0"}, {"expiry_year": 2001}, {"cvv": f"{CVV}1"}, {"cvv": 12}):
            card = CARD | {"number": UNKNOWN, "cvv": CVV, "holder_name": HOLDER} | change
            body = {"order_id": merchant.order()["id"], "method": "card", "card": card}
            assert merchant.api.post("/payments", json=body).status_code == 400
        webhooks = b"".join(one.body for one in shop.received).decode()

    eventually(lambda: stack.sql("SELECT count(*) FROM card_vault") == [(0,)], what="an empty vault")
    for name, text in (("database", dump(stack)), ("logs", stack.logs()), ("webhooks", webhooks)):
        for secret in (UNKNOWN, UNKNOWN[:15], DECLINED, f'"{CVV}"', f'"{CVV}1"', HOLDER, merchant.secret):
            assert secret not in text, f"{secret} in the {name}"


def dump(stack: Stack) -> str:
    """All rows of all tables as text (`bytea` in hex, and once more decoded where it is text)."""
    names = stack.sql(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'simulator')"
    )
    parts = [str(stack.sql(f"SELECT t FROM {name} t")) for (name,) in names]
    parts += [
        payload.decode("utf-8", "replace")
        for (payload,) in stack.sql(
            "SELECT payload FROM events UNION ALL SELECT response FROM idempotency_keys WHERE response IS NOT NULL"
        )
    ]
    return "\n".join(parts)


def test_nothing_is_kept_by_which_a_card_could_be_searched(stack: Stack, merchant: Merchant) -> None:
    """The digits that nobody keeps are few enough to be tried out: no hash of them may stand without a key."""
    card = CARD | {"number": UNKNOWN, "cvv": CVV, "holder_name": HOLDER}
    body = json.dumps({"order_id": merchant.order()["id"], "method": "card", "card": card}).encode()
    headers = {"Idempotency-Key": "searched", "Content-Type": "application/json"}
    first = merchant.api.post("/payments", content=body, headers=headers)
    assert first.status_code == 201
    kept = stack.sql(
        "SELECT request_hash FROM idempotency_keys WHERE merchant_id = %s AND key = 'searched'", (merchant.id,)
    )
    guesses = (b"\0".join((b"POST", b"/api/v1/payments", body)), body)
    assert bytes(kept[0][0]) not in [hashlib.sha256(guess).digest() for guess in guesses]
    assert merchant.api.post("/payments", content=body, headers=headers).content == first.content
    assert merchant.api.post("/payments", content=body + b" ", headers=headers).status_code == 422
