"""A day's settlement, to the last paisa."""

from datetime import date, datetime, timedelta
from typing import Any

from gateway.processors.cashfree.settlements import read_line
from gateway.processors.protocol import Processor, SettlementLine
from tests.processors.cashfree.support import as_read, captured, refund
from tests.processors.fakes import cashfree_objects as make
from tests.processors.fakes.cashfree import FakeCashfree


def today(fake: FakeCashfree) -> date:
    return datetime.fromtimestamp(fake.now(), make.INDIA).date()


async def lines_of(account: Processor, day: date) -> list[SettlementLine]:
    return [line async for line in account.settlements(day)]


async def test_a_day_balances_to_zero(fake: FakeCashfree, account: Processor) -> None:
    paid = [await captured(account, fake, amount=amount) for amount in (50_000, 12_345, 100)]
    back = refund(paid[0], 20_000)
    await account.refund(back)
    theirs = fake.act("refund_in_dashboard", payment_id=paid[1].payment_id, amount=345)["id"]
    dispute = fake.act("dispute", payment_id=paid[1].payment_id, amount=2_000)["id"]
    fake.act("close_dispute", dispute=dispute, status="lost")
    (settlement,) = fake.act("settle", fee=500, tax=90)["payouts"]
    lines = await lines_of(account, today(fake))
    assert sum(line.net for line in lines) == 0
    by_kind = {kind: [line for line in lines if line.kind == kind] for kind in {line.kind for line in lines}}
    assert {kind: len(found) for kind, found in by_kind.items()} == {
        "payment": 3, "refund": 2, "dispute": 1, "payout": 1,
    }  # fmt: skip
    assert {(line.own_id, line.charge, line.amount) for line in by_kind["payment"]} == {
        (one.payment_id, one.charge, one.amount) for one in paid
    }
    assert {(line.reference == theirs, line.own_id, line.charge, line.amount) for line in by_kind["refund"]} == {
        (False, back.own_id, paid[0].charge, -20_000),
        (True, None, paid[1].charge, -345),
    }
    assert [(line.charge, line.amount) for line in by_kind["dispute"]] == [(paid[1].charge, -2_000)]
    # 2 % and 18 % of it, rounded down, as the fake takes them: 50000 → 1000 + 180, 12345 → 246 + 44, 100 → 2 + 0.
    assert sorted((line.fee, line.tax) for line in by_kind["payment"]) == [(2, 0), (246, 44), (1000, 180)]
    [payout] = by_kind["payout"]
    assert payout.reference == payout.settlement == settlement
    settled = 50_000 - 1_180 + 12_345 - 290 + 100 - 2 - 20_000 - 345 - 2_000
    assert (payout.amount, payout.fee, payout.tax) == (-(settled - 590), 500, 90)
    assert {line.utr for line in lines} == {fake.payouts[settlement]["settlement_utr"]}
    assert {line.currency for line in lines} == {"INR"}


async def test_a_day_of_more_than_a_page_is_read_whole(fake: FakeCashfree, account: Processor) -> None:
    paid = await captured(account, fake, amount=500_000)
    for _ in range(1002):
        fake.act("refund_in_dashboard", payment_id=paid.payment_id, amount=100)
    fake.act("settle")
    lines = await lines_of(account, today(fake))
    assert len(lines) == 1 + 1002 + 1
    assert len({line.reference for line in lines}) == len(lines)
    assert sum(line.net for line in lines) == 0


async def test_two_settlements_of_a_day_have_a_payout_each(fake: FakeCashfree, account: Processor) -> None:
    names: set[str] = set()
    for _ in range(2):
        await captured(account, fake)
        names |= set(fake.act("settle")["payouts"])
    lines = await lines_of(account, today(fake))
    assert {line.reference for line in lines if line.kind == "payout"} == names
    for name in names:
        assert sum(line.net for line in lines if line.settlement == name) == 0


async def test_another_day_has_no_lines(fake: FakeCashfree, account: Processor) -> None:
    await captured(account, fake)
    fake.act("settle")
    assert await lines_of(account, today(fake) - timedelta(days=1)) == []


def _line(kind: str, amount: int, settled: int, **told: Any) -> SettlementLine:
    event = {"event_settlement_amount": settled, **told}
    return read_line(as_read(make.recon(kind, "1", amount, "INR", 1_780_000_000, event=event)))


def test_what_was_withheld_and_is_not_told_is_a_fee() -> None:
    """A commission, a reserve: nothing of it can be called tax."""
    line = _line("PAYMENT", 100_000, 97_100, event_service_charge=2_000, event_service_tax=360)
    assert (line.amount, line.fee, line.tax, line.net) == (100_000, 2_900, 0, 97_100)


def test_what_leaves_is_negative_and_its_charge_is_withheld_as_well() -> None:
    line = _line("REFUND", 20_000, 20_590, sale_type="DEBIT", event_service_charge=500, event_service_tax=90)
    assert (line.kind, line.amount, line.fee, line.tax, line.net) == ("refund", -20_000, 500, 90, -20_590)


def test_a_reversal_comes_in_and_what_is_new_is_an_adjustment() -> None:
    kinds = {
        "REFUND_REVERSAL": "refund", "DISPUTE_REVERSAL": "dispute", "CHARGEBACK_REVERSAL": "dispute",
        "OTHER_ADJUSTMENT": "adjustment", "A_TYPE_OF_TOMORROW": "adjustment",
    }  # fmt: skip
    for told, ours in kinds.items():
        line = _line(told, 1_012, 1_012)
        assert (line.kind, line.amount, line.net) == (ours, 1_012, 1_012)
