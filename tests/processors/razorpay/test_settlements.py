"""A day's settlement, to the last paisa."""

from datetime import UTC, date, datetime, timedelta, timezone

from gateway.processors.protocol import Processor, SettlementLine
from gateway.processors.razorpay.settlements import read_line
from tests.processors.fakes import razorpay_objects as make
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.razorpay.support import captured, refund

INDIA = timezone(timedelta(hours=5, minutes=30))


def today(fake: FakeRazorpay) -> date:
    return datetime.fromtimestamp(fake.now(), INDIA).date()


async def lines_of(account: Processor, day: date) -> list[SettlementLine]:
    return [line async for line in account.settlements(day)]


async def test_a_day_balances_to_zero(fake: FakeRazorpay, account: Processor) -> None:
    paid = [await captured(account, fake, amount=amount) for amount in (50000, 12345, 100)]
    back = refund(paid[0], 20000)
    await account.refund(back)
    theirs = fake.do_refund_in_dashboard(paid[1].payment_id, 345)["id"]
    dispute = fake.do_dispute(paid[1].payment_id, 2000)["id"]
    fake.do_close_dispute(dispute, "lost")
    (settlement,) = fake.do_settle()["payouts"]
    lines = await lines_of(account, today(fake))
    assert sum(line.net for line in lines) == 0
    by_kind = {kind: [line for line in lines if line.kind == kind] for kind in {line.kind for line in lines}}
    assert {kind: len(found) for kind, found in by_kind.items()} == {
        "payment": 3,
        "refund": 2,
        "dispute": 1,
        "payout": 1,
    }
    assert {(line.own_id, line.charge, line.amount) for line in by_kind["payment"]} == {
        (one.payment_id, one.charge, one.amount) for one in paid
    }
    assert {(line.reference == theirs, line.own_id, line.charge, line.amount) for line in by_kind["refund"]} == {
        (False, back.own_id, paid[0].charge, -20000),
        (True, None, paid[1].charge, -345),
    }
    assert [(line.charge, line.amount) for line in by_kind["dispute"]] == [(paid[1].charge, -2000)]
    # 2 % and 18 % of it, rounded down, as the fake takes them: 50000 → 1000 + 180, 12345 → 246 + 44, 100 → 2 + 0.
    assert sorted((line.fee, line.tax) for line in by_kind["payment"]) == [(2, 0), (246, 44), (1000, 180)]
    payout = by_kind["payout"][0]
    assert payout.reference == payout.settlement == settlement
    assert payout.amount == -(50000 - 1180 + 12345 - 290 + 100 - 2 - 20000 - 345 - 2000)
    assert {line.utr for line in lines} == {fake.settled[settlement]["utr"]}
    assert {line.currency for line in lines} == {"INR"}


async def test_a_day_of_more_than_a_page_is_read_whole(fake: FakeRazorpay, account: Processor) -> None:
    paid = await captured(account, fake, amount=500_000)
    for _ in range(1002):
        fake.do_refund_in_dashboard(paid.payment_id, 100)
    fake.do_settle()
    lines = await lines_of(account, today(fake))
    assert len(lines) == 1 + 1002 + 1
    assert len({line.reference for line in lines}) == len(lines)
    assert sum(line.net for line in lines) == 0


async def test_two_settlements_of_a_day_have_a_payout_each(fake: FakeRazorpay, account: Processor) -> None:
    names: set[str] = set()
    for _ in range(2):
        await captured(account, fake)
        names |= set(fake.do_settle()["payouts"])
    lines = await lines_of(account, today(fake))
    assert {line.reference for line in lines if line.kind == "payout"} == names
    for name in names:
        assert sum(line.net for line in lines if line.settlement == name) == 0


async def test_another_day_has_no_lines(fake: FakeRazorpay, account: Processor) -> None:
    await captured(account, fake)
    fake.do_settle()
    assert await lines_of(account, today(fake) - timedelta(days=1)) == []


def _line(kind: str, amount: int, credit: int, debit: int, **more: object) -> SettlementLine:
    settlement = make.settlement(1_780_000_000)
    entity = {"id": "x_1", "amount": amount, "currency": "INR", "created_at": 1}
    return read_line(make.line(entity, kind, credit, debit, settlement, **more))


def test_the_fee_that_is_told_includes_its_tax() -> None:
    line = _line("payment", 100000, 97100, 0, fee=2900, tax=442)
    assert (line.amount, line.fee, line.tax, line.net) == (100000, 2458, 442, 97100)
    assert line.at == datetime.fromtimestamp(1_780_000_000, UTC)


def test_a_fee_that_was_not_withheld_is_none() -> None:
    """Paid from fee credits, or billed at the month's end."""
    line = _line("payment", 100000, 100000, 0, fee=2900, tax=442)
    assert (line.amount, line.fee, line.tax, line.net) == (100000, 0, 0, 100000)


def test_what_leaves_is_negative_and_its_fee_is_withheld_as_well() -> None:
    refund_line = _line("refund", 20000, 0, 20700, fee=700, tax=107, payment_id="pay_1")
    assert (refund_line.kind, refund_line.amount, refund_line.fee, refund_line.tax, refund_line.net) == (
        "refund",
        -20000,
        593,
        107,
        -20700,
    )
    transfer = _line("transfer", 100000, 0, 100296, fee=296, tax=46)
    assert (transfer.kind, transfer.net) == ("adjustment", -100296)


def test_a_correction_comes_in_or_goes_out() -> None:
    for line in (_line("adjustment", 1012, 1012, 0), _line("adjustment", 1012, 0, 1012)):
        assert line.amount == line.net
        assert line.fee == line.tax == 0
    assert [_line("adjustment", 1012, *sides).amount for sides in ((1012, 0), (0, 1012))] == [1012, -1012]
    won = _line("adjustment", 2000, 2000, 0, dispute_id="disp_1", payment_id="pay_1")
    assert (won.kind, won.charge, won.net) == ("dispute", "pay_1", 2000)
    assert _line("a type of tomorrow", 5, 0, 5).kind == "adjustment"
