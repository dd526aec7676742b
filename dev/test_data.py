"""Write the test bank's numbers and UPI ids into the documents and the web parts, from the simulator's own table.

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
from gateway.processors.simulator.outcomes import CARDS, VPAS, Scenario

TABLES: Final = ("README.md", "docs/test-mode.md")
LISTS: Final = (
    "web/dashboard/src/generated/test-data.json",
    "web/checkout/src/generated/test-data.json",
)
BEGIN: Final = "<!-- test data: written by `make test-data` from gateway/processors/simulator -->\n"
END: Final = "<!-- end of test data -->"
_EVERYTHING_ELSE: Final = "`TEST_PAYMENT_SUCCESS` with `TEST_MODE`, else the success rates"


@dataclass(frozen=True)
class Row:
    """One number (grouped by four) or UPI id as somebody types it, and what the bank does with it."""

    value: str
    network: str | None
    scenario: Scenario


def rows() -> tuple[list[Row], list[Row]]:
    """Cards and UPI ids, in the order in which they are published."""
    cards = [Row(_grouped(number), card_network(number), scenario) for number, scenario in CARDS.items()]
    return cards, [Row(f"{name}@bank", None, scenario) for name, scenario in VPAS.items()]


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
    cards, vpas = rows()
    lines = ["", "| card number, or UPI id | what the test bank does | the payment becomes |", "|---|---|---|"]
    for row in (*cards, *vpas):
        shown = row.value if row.network else f"`{row.value.partition('@')[0]}@…`"
        lines.append(f"| {shown} | {row.scenario.label} | `{row.scenario.result}` |")
    lines.append(f"| anything else | {_EVERYTHING_ELSE} | `success` or `failed` |")
    return "\n".join(lines) + "\n\n"


def _json() -> str:
    cards, vpas = rows()
    data = {
        "cards": [_fields(row) | {"network": row.network} for row in cards],
        "vpas": [_fields(row) for row in vpas],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _fields(row: Row) -> dict[str, str | None]:
    scenario = row.scenario
    return {"value": row.value, "scenario": scenario.name, "label": scenario.label, "result": scenario.result}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
