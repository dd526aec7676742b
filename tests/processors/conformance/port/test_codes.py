"""Each processor's own codes map into the closed set, and its texts reach no shopper (rule 6)."""

from gateway.processors.codes import CODES
from gateway.processors.protocol import ActionRequired, Approved
from tests.processors.conformance.port.bench import Bench
from tests.processors.conformance.port.parties import Party

NEVER_A_TRY = {"REFUND_DECLINED", "CAPTURE_REFUSED"}


def test_every_code_of_its_table_is_one_of_ours(party: Party) -> None:
    assert len(party.reasons) > 60
    assert set(party.reasons.values()) <= set(CODES)


async def test_a_documented_reason_is_told_by_our_code(bench: Bench) -> None:
    """One for each of ours, as the processor tells it; the raw one is kept for people."""
    assert set(bench.party.documented.values()) == set(CODES) - NEVER_A_TRY
    for reason, code in bench.party.documented.items():
        op = await bench.prepared()
        bench.fake.act("decline", payment_id=op.payment_id, code=reason)
        answer = await bench.account.look_up(op)
        assert isinstance(answer, ActionRequired), reason
        assert answer.declined is not None
        assert (answer.declined.code, answer.declined.description) == (code, CODES[code]), reason
        assert reason in (answer.declined.raw or "")


async def test_a_reason_that_no_table_has_is_a_decline_with_its_raw_form(bench: Bench) -> None:
    """Counted, and never shown: and the shopper may try another card in the same object (rule 4)."""
    op = await bench.prepared()
    bench.fake.act("decline", payment_id=op.payment_id, code="a_reason_of_tomorrow")
    answer = await bench.account.look_up(op)
    assert isinstance(answer, ActionRequired)
    assert answer.declined is not None
    assert answer.declined.code == "PAYMENT_DECLINED"
    assert "a_reason_of_tomorrow" in (answer.declined.raw or "")
    assert "tomorrow" not in answer.declined.description
    bench.fake.act("pay", payment_id=op.payment_id)
    assert isinstance(await bench.account.look_up(op), Approved)


async def test_who_tries_stolen_cards_is_not_told_why(bench: Bench) -> None:
    """Every suspicion reads like any decline."""
    assert CODES["SUSPECTED_FRAUD"] == CODES["PAYMENT_DECLINED"]
    suspected = [reason for reason, code in bench.party.reasons.items() if code == "SUSPECTED_FRAUD"]
    assert suspected
