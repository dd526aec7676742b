"""The list of promises with how each is measured, and the figures of the last runs."""

from collections.abc import Sequence
from typing import Final

from faults.promises import PROMISES
from faults.report import Measure, markdown
from tests.support.stack import ROOT

PAGE: Final = ROOT / "docs" / "promises.md"
FIGURES: Final = ROOT / "benchmarks" / "promises.md"


def promises_table() -> str:
    """What is promised and how it is measured."""
    lines = ["| | promise | figure | how it is measured |", "| --- | --- | --- | --- |"]
    lines += [f"| {one.id} | {one.name} | {one.figure} | {one.how} |" for one in PROMISES.values()]
    return "\n".join(lines) + "\n"


def with_part(text: str, name: str, part: str) -> str:
    """The page with what is between its two marks replaced."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}{part}{end}{after}"


def update_page(seed: int, profile: str, seconds: float, measures: Sequence[Measure]) -> None:
    """Write the list into its page, and what this run measured beside the other profile's figures."""
    PAGE.write_text(with_part(PAGE.read_text(), "promises", promises_table()))
    part = f"Seed {seed}, {seconds:.0f} s.\n\n{markdown(measures)}"
    FIGURES.write_text(with_part(FIGURES.read_text(), profile, part))
