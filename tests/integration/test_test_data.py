"""What is published about the test bank is what it does: each row of each list, tried for real."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from dev import test_data
from gateway.cards.check import card_network, passes_luhn
from gateway.processors.simulator.outcomes import SCENARIOS
from tests.support.client import Merchant
from tests.support.stack import eventually

ROOT: Final = Path(__file__).parents[2]
PUBLISHED: Final[dict[str, Any]] = json.loads((ROOT / test_data.LISTS[0]).read_text("utf-8"))
CARDS: Final[list[dict[str, str]]] = PUBLISHED["cards"]
VPAS: Final[list[dict[str, str]]] = PUBLISHED["vpas"]
CODES: Final[list[tuple[str, str, dict[str, str]]]] = [
    (method, field, row)
    for method, field, rows in (("netbanking", "bank", "banks"), ("wallet", "wallet", "wallets"))
    for row in PUBLISHED[rows]
]


def test_every_list_is_what_the_simulator_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert (test_data.main(["--check"]), capsys.readouterr().out) == (0, "")


@pytest.mark.parametrize("name", [*test_data.TABLES, *test_data.LISTS, *test_data.NAMES])
def test_a_list_that_differs_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, text in test_data.files():
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        stale = str(copy).endswith(name)
        changed = text.replace("4000 0025 0000 3155", "4000 0000 0000 3155").replace('"HDFC Bank"', '"HDFC"')
        copy.write_text(changed if stale else text, "utf-8")
    monkeypatch.setattr(test_data, "ROOT", tmp_path)
    assert test_data.main(["--check"]) == 1
    assert capsys.readouterr().out == f"{name} is not what the simulator does: run `make test-data`\n"
    assert (test_data.main([]), test_data.main(["--check"])) == (0, 0)


@pytest.mark.parametrize("row", CARDS, ids=lambda row: row["value"].replace(" ", ""))
def test_a_published_card_does_what_is_said(merchant: Merchant, row: dict[str, str]) -> None:
    number = row["value"].replace(" ", "")
    assert passes_luhn(number) and card_network(number) == row["network"]
    _does_what_is_said(merchant, merchant.card(merchant.order(), row["value"]), row)


@pytest.mark.parametrize("row", VPAS, ids=lambda row: row["value"].partition("@")[0])
def test_a_published_upi_id_does_what_is_said(merchant: Merchant, row: dict[str, str]) -> None:
    _does_what_is_said(merchant, merchant.upi(merchant.order(), row["value"]), row)


@pytest.mark.parametrize(("method", "field", "row"), CODES, ids=[row["value"] for _, _, row in CODES])
def test_a_published_bank_or_wallet_does_what_is_said(
    merchant: Merchant, method: str, field: str, row: dict[str, str]
) -> None:
    merchant.offer(method)
    payment = merchant.by(method, merchant.order(), **{field: row["value"]})
    assert payment[field] == row["value"]
    _does_what_is_said(merchant, payment, row)


def _does_what_is_said(merchant: Merchant, payment: dict[str, Any], row: dict[str, str]) -> None:
    scenario = SCENARIOS[row["scenario"]]
    if row["label"].startswith("Undecided"):
        assert merchant.payment(payment["id"])["status"] == "pending"
    settled = merchant.settled(payment, row["result"])
    assert settled["error_code"] == scenario.error_code
    assert settled["error_description"] == scenario.error_description
    if row["result"] == "success":
        refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100}).json()
        if "undecided" in row["label"]:
            assert merchant.api.get(f"/refunds/{refund['id']}").json()["status"] == "pending"
        refused = "refunds are refused" in row["label"]
        ended = eventually(lambda: _ended(merchant, refund["id"]), what="the refund's end")
        assert ended["status"] == ("failed" if refused else "processed")
    if row["result"] == "requires_action":
        decide = {"result": "success"}
        merchant.api.post(f"/test/payments/{payment['id']}/authenticate", json=decide).raise_for_status()
        merchant.settled(payment)


def _ended(merchant: Merchant, refund_id: str) -> dict[str, Any] | None:
    refund: dict[str, Any] = merchant.api.get(f"/refunds/{refund_id}").json()
    return refund if refund["status"] != "pending" else None
