"""The table: every promise, what was measured of it, and whether it held."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from faults.promises import PROMISES

_HEADER: Final = ("promise", "promised", "measured", "held")


@dataclass(frozen=True)
class Measure:
    """What was measured of one promise. `scale`: on how much, so that a small run cannot look like a large one."""

    promise: str
    held: bool
    measured: str
    scale: str = ""


def with_missing(measures: Sequence[Measure], expected: Sequence[str]) -> list[Measure]:
    """In the order of the list; a promise that nothing was measured of is not held."""
    found = {measure.promise for measure in measures}
    missing = [Measure(name, False, "not measured") for name in expected if name not in found]
    order = list(PROMISES)
    return sorted([*measures, *missing], key=lambda measure: order.index(measure.promise))


def rows(measures: Sequence[Measure]) -> list[tuple[str, str, str, str]]:
    """The table's cells."""
    return [
        (
            f"{one.promise} {PROMISES[one.promise].name}",
            PROMISES[one.promise].figure,
            one.measured + (f" [{one.scale}]" if one.scale else ""),
            "yes" if one.held else "NOT HELD",
        )
        for one in measures
    ]


def text_table(measures: Sequence[Measure], width: int = 60) -> str:
    """For a terminal, long cells wrapped."""
    import textwrap

    lines = []
    cells = [_HEADER, *rows(measures)]
    wrapped = [[textwrap.wrap(cell, width) or [""] for cell in row] for row in cells]
    widths = [max(len(line) for row in wrapped for line in row[column]) for column in range(len(_HEADER))]
    for number, row in enumerate(wrapped):
        for line in range(max(len(cell) for cell in row)):
            parts = [cell[line] if line < len(cell) else "" for cell in row]
            lines.append("  ".join(part.ljust(size) for part, size in zip(parts, widths, strict=True)).rstrip())
        if number == 0:
            lines.append("  ".join("-" * size for size in widths))
    return "\n".join(lines)


def markdown(measures: Sequence[Measure]) -> str:
    """The same for a page."""
    lines = ["| " + " | ".join(row) + " |" for row in (_HEADER, ("---",) * len(_HEADER), *rows(measures))]
    return "\n".join(lines) + "\n"


def write_results(folder: Path, seed: int, profile: str, seconds: float, measures: Sequence[Measure]) -> None:
    """`latest.json` and `latest.md` in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "seed": seed,
        "profile": profile,
        "seconds": round(seconds, 1),
        "measures": [
            asdict(one) | {"name": PROMISES[one.promise].name, "promised": PROMISES[one.promise].figure}
            for one in measures
        ],
    }
    (folder / "latest.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    title = f"# Seed {seed}, {profile} profile, {seconds:.0f} s\n\n"
    (folder / "latest.md").write_text(title + markdown(measures))
