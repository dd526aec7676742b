"""Whether the payments of a market have ended, and whether each end is what shoppers did and processors took."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from faults.shoppers import Market
from tests.support.stack import Stack

NOT_ENDED: Final = """
SELECT (SELECT count(*) FROM payments WHERE merchant_id = ANY (%(merchants)s)
        AND (status IN ('pending', 'requires_action') OR capture_status = 'pending' OR void_status = 'pending'
             OR work = 'close'))
     + (SELECT count(*) FROM refunds WHERE merchant_id = ANY (%(merchants)s) AND status = 'pending')
"""

_IN_REVIEW: Final = """
SELECT (SELECT count(*) FROM payments WHERE review_reason IS NOT NULL AND merchant_id = ANY (%(merchants)s))
     + (SELECT count(*) FROM refunds WHERE review_reason IS NOT NULL AND merchant_id = ANY (%(merchants)s))
"""


def time_goes_by(stack: Stack, merchants: Sequence[str]) -> None:
    """What waits for its next look is looked at; what is claimed keeps its lease."""
    for table in ("payments", "refunds"):
        stack.sql(
            f"UPDATE {table} SET due_at = now() WHERE merchant_id = ANY (%s) AND lease_token IS NULL "
            "AND work IS NOT NULL AND work <> 'check' AND due_at > now()",
            (list(merchants),),
        )


def turn_clocks(market: Market) -> None:
    """Each payment that waits becomes as old as it is at its next look, which has come with that.

    Nobody is leapt over: one whose shopper is on the way waits for him.
    """
    late = market.late()
    market.stack.sql(
        """
        UPDATE payments p SET created_at = created_at - (due_at - now()), due_at = now()
        WHERE merchant_id = ANY (%s) AND lease_token IS NULL AND work IS NOT NULL AND work <> 'check'
          AND due_at > now() + interval '2 seconds'
          AND NOT EXISTS (SELECT 1 FROM unnest(%s::text[], %s::float8[]) AS late (id, seconds)
                          WHERE late.id = p.id AND now() - p.created_at >= make_interval(secs => late.seconds))
        """,
        (market.merchants, list(late), list(late.values())),
    )
    market.stack.sql(
        "UPDATE refunds SET due_at = now() WHERE merchant_id = ANY (%s) AND lease_token IS NULL "
        "AND work IS NOT NULL AND due_at > now()",
        (market.merchants,),
    )


def until_ended(market: Market, seconds: float, *, looks: bool) -> float:
    """Seconds until everybody has come and every payment and refund has its end; infinite if it takes longer.

    `looks`: the next look of what waits for it comes every half second, instead of after minutes and hours.
    """
    started, looked, shown = time.monotonic(), 0.0, {"merchants": market.merchants}
    while (now := time.monotonic()) - started <= seconds:
        if market.is_over() and market.stack.sql(NOT_ENDED, shown) == [(0,)]:
            market.stop()
            return now - started
        if looks and now - looked >= 0.5:
            looked = now
            time_goes_by(market.stack, market.merchants)
        time.sleep(0.1)
    market.stop()
    return float("inf")


@dataclass(frozen=True)
class Verdict:
    """Counts of what must not be. `doubled`: more than one charge; `both`: at more than one processor."""

    without_end: int
    in_review: int
    doubled: int
    both: int
    wrong_books: list[str]
    wrong_ends: list[str]
    wrong_failed: int

    @property
    def is_once(self) -> bool:
        """Whether the books are as they should be."""
        return self.doubled == self.both == 0 and not self.wrong_books


def judge(market: Market) -> Verdict:
    """Our books, and those of the processors, against what shoppers and merchants did."""
    stack, shown = market.stack, {"merchants": market.merchants}
    books = [door.books() for door in {door.name: door for door in market.doors.values()}.values()]
    status = dict(stack.sql("SELECT id, status FROM payments WHERE merchant_id = ANY (%(merchants)s)", shown))
    doubled = both = wrong_failed = 0
    wrong_books, wrong_ends = [], []
    for visit in market.visits:
        mine = [book[visit.payment] for book in books if visit.payment in book]
        charges, taken = sum(one["charges"] for one in mine), sum(one["captured"] for one in mine)
        found = taken, sum(one["refunded"] for one in mine), sum(one["held"] for one in mine)
        doubled += charges > 1
        both += sum(one["charges"] > 0 for one in mine) > 1
        if found != (*visit.end[1:], 0):
            wrong_books.append(f"{visit.course} {visit.payment} {found}")
        if status.get(visit.payment) != visit.end[0]:
            wrong_ends.append(f"{visit.course} {visit.payment} {status.get(visit.payment)}")
        wrong_failed += status.get(visit.payment) in ("failed", "cancelled") and visit.end[0] == "success"
    [[review]] = stack.sql(_IN_REVIEW, shown)
    [[left]] = stack.sql(NOT_ENDED, shown)
    return Verdict(left, review, doubled, both, wrong_books, wrong_ends, wrong_failed)
