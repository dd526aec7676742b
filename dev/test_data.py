"""Write what the test bank knows (numbers, UPI ids, banks, wallets) into the documents and the web parts, from the
simulator's own table.

python -m dev.test_data [--check]
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dev.install import ROOT
from gateway.cards.check import card_network
from gateway.processors.instruments import BANKS, POPULAR_BANKS, WALLETS
from gateway.processors.simulator.outcomes import BANK_PAGE, CARDS, TEST_BANKS, TEST_WALLETS, VPAS, Scenario

TABLES: Final = ("README.md", "docs/test-mode.md")
LISTS: Final = (
    "web/dashboard/src/generated/test-data.json",
    "web/checkout/src/generated/test-data.json",
)
NAMES: Final = (
    "web/dashboard/src/generated/instruments.json",
    "web/checkout/src/generated/instruments.json",
)
BEGIN: Final = "<!-- test data: written by `make test-data` from gateway/processors/simulator -->\n"
END: Final = "<!-- end of test data -->"
_EVERYTHING_ELSE: Final = "`TEST_PAYMENT_SUCCESS` with `TEST_MODE`, else the success rates"


@dataclass(frozen=True)
class Row:
    """One number (grouped by four), UPI id or code as somebody types it, and what the bank does with it."""

    value: str
    network: str | None
    scenario: Scenario


def rows() -> dict[str, list[Row]]:
    """What there is of each kind, in the order in which it is published."""
    return {
        "cards": [Row(_grouped(number), card_network(number), scenario) for number, scenario in CARDS.items()],
        "vpas": [Row(f"{name}@bank", None, scenario) for name, scenario in VPAS.items()],
        "banks": [Row(code, None, scenario) for code, scenario in {"HDFC": BANK_PAGE, **TEST_BANKS}.items()],
        "wallets": [Row(code, None, scenario) for code, scenario in {"paytm": BANK_PAGE, **TEST_WALLETS}.items()],
    }


def files() -> Iterator[tuple[Path, str]]:
    """Each file that holds the data, with the text that it should have."""
    for name in TABLES:
        path = ROOT / name
        before, _, rest = path.read_text("utf-8").partition(BEGIN)
        _, found, after = rest.partition(END)
        if not found:
            raise SystemExit(f"{name} has no place for the test data")
        yield path, f"{before}{BEGIN}{_table()}{END}{after}"
    for name in LISTS:
        yield ROOT / name, _json()
    for name in NAMES:
        yield ROOT / name, _names_json()


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` only say which differ. Returns 0 when none does."""
    differing = [(path, text) for path, text in files() if not path.exists() or path.read_text("utf-8") != text]
    for path, text in differing:
        if "--check" in arguments:
            print(f"{path.relative_to(ROOT)} is not what the simulator does: run `make test-data`")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if differing and "--check" in arguments else 0


def _grouped(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def _table() -> str:
    head = "| card number, or UPI id (bank, wallet) | what the test bank does | the payment becomes |"
    lines = ["", head, "|---|---|---|"]
    for row in (*rows()["cards"], *rows()["vpas"]):
        shown = row.value if row.network else _names(row.value.partition("@")[0])
        lines.append(f"| {shown} | {row.scenario.label} | `{row.scenario.result}` |")
    lines.append(f"| any other bank or wallet | {BANK_PAGE.label} | `{BANK_PAGE.result}` |")
    lines.append(f"| anything else | {_EVERYTHING_ELSE} | `success` or `failed` |")
    return "\n".join(lines) + "\n\n"


def _names(name: str) -> str:
    codes = [code for code in (f"TEST_{name.upper()}", f"test_{name}") if code in TEST_BANKS | TEST_WALLETS]
    also = f" ({', '.join(f'`{code}`' for code in codes)})" if codes else ""
    return f"`{name}@…`{also}"


def _json() -> str:
    data = {
        kind: [_fields(row) | ({"network": row.network} if kind == "cards" else {}) for row in some]
        for kind, some in rows().items()
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _names_json() -> str:
    """What people call banks and wallets, and what the test bank's own ones do."""
    codes = TEST_BANKS | TEST_WALLETS
    data = {
        "banks": BANKS,
        "popular": POPULAR_BANKS,
        "wallets": WALLETS,
        "test": {code: scenario.label for code, scenario in codes.items()},
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _fields(row: Row) -> dict[str, str | None]:
    scenario = row.scenario
    return {"value": row.value, "scenario": scenario.name, "label": scenario.label, "result": scenario.result}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
