"""Which rule takes which payment, and why the others do not: arithmetic, without a database."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.errors import ProcessorRequired, Stopped
from gateway.processors.capabilities import Capabilities
from gateway.processors.connector import Connector
from gateway.processors.registry import CONNECTORS
from gateway.processors.routes.model import Rule, Wanted
from gateway.processors.routes.terms import SIMULATED, RoutedAccount, Terms

NOW = datetime(2026, 1, 15, tzinfo=UTC)
CARD = Wanted("card", "INR", 50_000, "visa")


def connector(name: str, **change: Any) -> Connector:
    """A processor that takes cards of two networks and UPI without typed addresses, in rupees, at most 10,000."""
    capabilities = {
        "methods": {"card": frozenset({"visa", "mastercard"}), "upi": frozenset({"intent", "qr", "collect"})},
        "currencies": {"INR": 2},
        "client": "fields",
        "most": {"INR": 1_000_000},
    }
    return Connector(
        name, name.title(), Capabilities(**capabilities | change), "key_id", ("key_secret",), lambda _: None,
        build=lambda *_: None, read_notice=lambda *_: [], api_url="https://api.example", script_url="",
    )  # type: ignore[arg-type,return-value] # fmt: skip


@pytest.fixture(autouse=True)
def connectors(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plain", "typed"):
        monkeypatch.setitem(CONNECTORS, name, connector(name, collect=name == "typed"))


def rule(letter: str, account: str = "a", **change: Any) -> tuple[Rule, RoutedAccount]:
    """A rule without conditions for an enabled account; `change` is of either."""
    of_account = {"processor": "plain", "label": None, "status": "enabled", "collect": False, "is_stopped": False}
    of_rule = dict.fromkeys(("method", "network", "currency", "amount_from", "amount_to")) | {"share": 100}
    account_fields = {name: change.pop(name) for name in list(change) if name in of_account}
    made = Rule(id=f"rule_{letter}", position=1, account_id=f"acct_{account}", created_at=NOW, **of_rule | change)
    return made, RoutedAccount(id=f"acct_{account}", **of_account | account_fields)


def taken_by(
    *rules: tuple[Rule, RoutedAccount], wanted: Wanted = CARD, mode: str = "live", **more: Any
) -> str | None:
    return Terms(mode, rules).choose(more.pop("payment_id", "pay_1"), wanted, **more).account_id


def test_the_first_rule_that_fits_takes_the_payment() -> None:
    assert taken_by(rule("1", "a", currency="USD"), rule("2", "b", method="card"), rule("3", "c")) == "acct_b"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method": "upi"}, "is for upi"),
        ({"network": "mastercard"}, "is for mastercard"),
        ({"currency": "USD"}, "is for USD"),
        ({"amount_from": 50_001}, "is for 50001 and more (minor units)"),
        ({"amount_to": 49_999}, "is for 49999 and less (minor units)"),
        ({"status": "unchecked"}, "its account has not been checked"),
        ({"status": "disabled"}, "its account is disabled"),
        ({"status": "removed"}, "its account was removed"),
        ({"processor": "gone"}, "there is no connector for gone"),
    ],
)
def test_a_rule_that_does_not_fit_says_why_and_the_next_is_asked(change: dict[str, Any], said: str) -> None:
    terms = Terms("live", (rule("1", "a", **change), rule("2", "b")))
    assert [one.why_not for one in terms.explain(CARD)] == [said, None]
    assert terms.choose("pay_1", CARD).account_id == "acct_b"
    with pytest.raises(ProcessorRequired, match=f"rule_1: {said}".replace("(", r"\(").replace(")", r"\)")):
        Terms("live", terms.rules[:1]).choose("pay_1", CARD)


@pytest.mark.parametrize(
    "wanted, said",
    [
        (Wanted("card", "USD", 500, "visa"), "plain takes no USD"),
        (Wanted("card", "INR", 500, "amex"), "plain takes no amex"),
        (Wanted("card", "INR", 1_000_001, "visa"), "plain takes no more than 1000000 INR (minor units)"),
        (Wanted("upi", "INR", 500, "collect"), "plain takes no typed UPI address"),
    ],
)
def test_what_a_processor_cannot_do_is_said_as_well(wanted: Wanted, said: str) -> None:
    assert [one.why_not for one in Terms("test", (rule("1"),)).explain(wanted)] == [said]
    assert taken_by(rule("1"), wanted=wanted, mode="test") is None, "the simulated bank does"


def test_bounds_are_included() -> None:
    assert taken_by(rule("1", amount_from=50_000, amount_to=50_000)) == "acct_a"


def test_a_rule_for_a_network_waits_for_no_shopper() -> None:
    """Before the shopper has typed a card into the processor's form nobody knows its network."""
    unknown = Wanted("card", "INR", 500)
    assert taken_by(rule("1", "a", network="visa"), rule("2", "b"), wanted=unknown) == "acct_b"


@pytest.mark.parametrize(
    ("processor", "collect", "takes"),
    [("typed", True, True), ("typed", False, False), ("plain", True, False)],
    ids=["both say so", "the merchant does not", "the processor does not"],
)
def test_an_address_is_typed_only_where_processor_and_account_say_so(
    processor: str, collect: bool, takes: bool
) -> None:
    one = rule("1", processor=processor, collect=collect)
    assert taken_by(one, wanted=Wanted("upi", "INR", 500, "collect"), mode="test") == ("acct_a" if takes else None)
    assert Terms("test", (one,)).choose("pay_1", CARD).capabilities.collect is takes


def test_a_share_is_kept_and_is_the_same_for_a_payment_whenever_it_is_asked() -> None:
    rules = rule("1", "a", share=30), rule("2", "b")
    ids = [f"pay_{number:016}" for number in range(4000)]
    first = [taken_by(*rules, payment_id=payment_id) for payment_id in ids]
    assert first == [taken_by(*rules, payment_id=payment_id) for payment_id in ids]
    # 3.5 standard deviations of a binomial of 4,000 tries.
    assert abs(first.count("acct_a") / len(ids) - 0.3) < 3.5 * (0.3 * 0.7 / len(ids)) ** 0.5


def test_two_rules_draw_their_shares_apart() -> None:
    """Of what the first half leaves, the second takes half: not all or nothing."""
    rules = rule("1", "a", share=50), rule("2", "b", share=50), rule("3", "c")
    found = [taken_by(*rules, payment_id=f"pay_{number:016}") for number in range(4000)]
    assert 0.2 < found.count("acct_b") / len(found) < 0.3
    assert 0.2 < found.count("acct_c") / len(found) < 0.3


def test_what_no_share_takes_goes_to_the_first_rule_that_fits() -> None:
    assert {taken_by(rule("1", "a", share=1), payment_id=f"pay_{number}") for number in range(50)} == {"acct_a"}


def test_an_account_that_was_tried_is_not_tried_again() -> None:
    rules = rule("1", "a"), rule("2", "a", method="card"), rule("3", "b")
    assert taken_by(*rules, without={"acct_a"}) == "acct_b"
    with pytest.raises(ProcessorRequired, match="its account was tried already"):
        taken_by(*rules, without={"acct_a", "acct_b"})


def test_the_simulated_bank_is_the_last_route_in_test_mode_alone() -> None:
    assert Terms("test", ()).choose("pay_1", CARD) is SIMULATED
    assert taken_by(rule("1", status="disabled"), mode="test") is None
    with pytest.raises(ProcessorRequired, match="Live is off: connect a processor"):
        Terms("live", ()).choose("pay_1", CARD)


def test_the_simulated_bank_does_not_take_over_from_an_account() -> None:
    """The shopper was to pay in a processor's form: the bank has no card to ask about."""
    with pytest.raises(ProcessorRequired):
        taken_by(rule("1"), mode="test", without={"acct_a"})


def test_a_stop_is_met_only_where_everything_that_could_is_stopped() -> None:
    stopped = rule("1", "a", is_stopped=True)
    assert taken_by(stopped, rule("2", "b")) == "acct_b"
    with pytest.raises(Stopped) as caught:
        taken_by(stopped, rule("2", "b", currency="USD"))
    assert (caught.value.code, caught.value.retry_after) == ("SERVICE_UNAVAILABLE", 60)
    assert [one.why_not for one in Terms("live", (stopped,)).explain(CARD)] == ["its account is stopped"]


def test_an_account_that_could_not_anyway_is_no_stop() -> None:
    with pytest.raises(ProcessorRequired):
        taken_by(rule("1", is_stopped=True, status="disabled"))
