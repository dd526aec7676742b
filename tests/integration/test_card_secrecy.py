"""A marked card is paid with in every way; then everything that was written is searched for it."""

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
