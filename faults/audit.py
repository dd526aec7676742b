"""What the database and the bank's books say at the end, against what clients were told."""

from collections.abc import Sequence
from dataclasses import dataclass

from faults.shop import Sale
from tests.support.stack import Stack

NOT_ENDED = """
SELECT (SELECT count(*) FROM payments WHERE work IS NOT NULL OR status = 'pending')
     + (SELECT count(*) FROM refunds WHERE work IS NOT NULL OR status = 'pending')
"""


@dataclass(frozen=True)
class Audit:
    """Counts of what must not be; 0 everywhere is good."""

    without_end: int
    wrong_end: int
    doubled: int
    uncharged: int
    lost: int
    orphans: int
    untold: int

    @property
    def described(self) -> str:
        return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in vars(self).items())


def audit(stack: Stack, merchant_id: str, sold: Sequence[Sale]) -> Audit:
    """Compare what was answered to the shop with the books."""
    payments = dict(stack.sql("SELECT id, status FROM payments WHERE merchant_id = %s", (merchant_id,)))
    refunds = dict(stack.sql("SELECT id, status FROM refunds WHERE merchant_id = %s", (merchant_id,)))
    sold_orders = "SELECT id FROM orders WHERE merchant_id = %s AND receipt IS DISTINCT FROM 'probe'"
    orders = {row[0] for row in stack.sql(sold_orders, (merchant_id,))}
    told = [sale for sale in sold if sale.payment]
    told_refunds = [sale for sale in sold if sale.refund]
    books = _books(stack)
    lost = [one.order for one in sold if one.order and one.order not in orders]
    lost += [one.payment for one in told if one.payment not in payments]
    lost += [one.refund for one in told_refunds if one.refund not in refunds]
    wrong = [one for one in told if payments.get(one.payment) not in (one.expected, "pending")]
    wrong += [one for one in told_refunds if refunds.get(one.refund) not in ("processed", "pending")]
    orphans = len(orders) - len({one.order for one in sold if one.order})
    orphans += len(payments) - len({one.payment for one in told})
    orphans += len(refunds) - len({one.refund for one in told_refunds})
    asked = [books.get((one.payment, "authorize"), 0) for one in told]
    refunded = [books.get((one.payment, "refund"), 0) for one in told_refunds]
    return Audit(
        without_end=stack.sql(NOT_ENDED)[0][0],
        wrong_end=len(wrong),
        doubled=sum(count > 1 for count in (*asked, *refunded)),
        uncharged=sum(count < 1 for count in (*asked, *refunded)),
        lost=len(lost),
        orphans=orphans,
        untold=len(told) - _told_once(stack, merchant_id),
    )


def wrong_failures(stack: Stack, sold: Sequence[Sale]) -> int:
    """Payments that are `failed` although the bank approved them, was late, or never answered."""
    failed = {row[0] for row in stack.sql("SELECT id FROM payments WHERE status = 'failed'")}
    return sum(one.payment in failed for one in sold if one.expected == "success")


def repeated_requests(stack: Stack) -> int:
    """How often the bank was asked again for what it had done; it must not have done it again."""
    [[count]] = stack.sql("SELECT COALESCE(sum(requests - 1), 0)::int FROM simulator.operations")
    return int(count)


def _books(stack: Stack) -> dict[tuple[str, str], int]:
    rows = stack.sql("SELECT payment_id, kind, count(*) FROM simulator.operations GROUP BY payment_id, kind")
    return {(payment, kind): count for payment, kind, count in rows}


def _told_once(stack: Stack, merchant_id: str) -> int:
    """Payments with exactly one `payment.created`."""
    [[count]] = stack.sql(
        """
        SELECT count(*) FROM (
            SELECT 1 FROM events WHERE merchant_id = %s AND type = 'payment.created'
            GROUP BY object_id HAVING count(*) = 1) once
        """,
        (merchant_id,),
    )
    return int(count)
