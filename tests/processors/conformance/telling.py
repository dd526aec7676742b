"""What a processor tells the product by webhook, and what stands in the books afterwards."""

from typing import Any

from tests.support.processors import Shop
from tests.support.stack import eventually


def events_about(shop: Shop, payment_id: str) -> list[dict[str, Any]]:
    """The processor's events about this payment of ours, in the order in which they happened."""
    return shop.told_of(payment_id)


def tell(shop: Shop, event: dict[str, Any]) -> None:
    """Send it, signed, as the processor does."""
    answer = shop.tell(event)
    assert answer.status_code == 200, answer.text


def tell_all(shop: Shop, payment_id: str) -> None:
    """Everything about the payment that has happened so far."""
    for event in events_about(shop, payment_id):
        tell(shop, event)


def differences(shop: Shop) -> list[tuple[Any, ...]]:
    """What the audit of the ledger finds of this merchant."""
    return shop.stack.sql("SELECT * FROM ledger_audit() WHERE merchant_id = %s", (shop.merchant.id,))


def entries(shop: Shop, payment_id: str) -> list[tuple[str, int]]:
    """Kind and amount of the payment's entries, its refunds' and its unexpected money's, oldest first."""
    answer = shop.merchant.api.get("/ledger/entries", params={"payment_id": payment_id, "limit": 100})
    assert answer.status_code == 200, answer.text
    return sorted((row["kind"], row["amount"]) for row in answer.json()["data"])


def told(shop: Shop, payment_id: str) -> list[str]:
    """The types of all events about the payment and what belongs to it, oldest first."""
    rows = shop.stack.sql(
        """
        SELECT type FROM events
        WHERE merchant_id = %s AND (object_id = %s OR convert_from(payload, 'UTF8') LIKE %s)
        ORDER BY created_at, position
        """,
        (shop.merchant.id, payment_id, f"%{payment_id}%"),
    )
    return [row[0] for row in rows]


def unexpected(shop: Shop, payment_id: str) -> list[tuple[Any, ...]]:
    """Reason, amount and status of money that nobody expected."""
    return shop.stack.sql(
        "SELECT reason, amount, status FROM unexpected_money WHERE payment_id = %s ORDER BY created_at",
        (payment_id,),
    )


def at_rest(shop: Shop, payment_id: str) -> None:
    """Until nothing is to be done about it but to look again some day."""
    eventually(
        lambda: shop.stack.sql(
            "SELECT 1 FROM payments WHERE id = %s AND (work IS NULL OR due_at > now() + interval '30 s')"
            " AND lease_token IS NULL", (payment_id,)
        ),
        what=f"{payment_id} at rest",
    )  # fmt: skip
