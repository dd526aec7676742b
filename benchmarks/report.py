"""Results as text: a table for the terminal, Markdown for the repository, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.figures import PROMISED_RATIOS, PROMISES, Figure, Promise, ratios
from benchmarks.plots import write_plots


def shown(value: float, unit: str) -> str:
    """Three significant digits and the unit, never in powers of ten."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _row(figure: Figure) -> list[str]:
    judged = _judged(PROMISES.get(figure.name), figure.value)
    return [figure.name, shown(figure.value, figure.unit), *judged, figure.note]


def _judged(promise: Promise | None, value: float) -> tuple[str, str]:
    """What was promised, and whether it held; both empty where nothing was."""
    if promise is None:
        return "", ""
    return str(promise), "yes" if promise.held_by(value) else "NO"


_HEADER = ["figure", "measured", "promised", "held", "note"]
_RATIO_HEADER = ["figure", "limit", "ratio", "promised", "held"]
MARKERS = ("<!-- results: begin -->", "<!-- results: end -->")


def text_table(figures: Sequence[Figure]) -> str:
    """Columns padded for a terminal; the ratios follow."""
    tables = [padded([_HEADER, *map(_row, figures)])]
    if ratio_rows := _ratio_rows(figures):
        tables.append(padded([_RATIO_HEADER, *ratio_rows]))
    return "\n\n".join(tables)


def padded(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines, each column as wide as its widest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def markdown(figures: Sequence[Figure], machine: Mapping[str, object]) -> str:
    """What the machine was, all figures, and the ratios."""
    parts = [
        "\n".join(f"- {name}: {value}" for name, value in machine.items()),
        markdown_table(_HEADER, [_row(figure) for figure in figures]),
    ]
    if ratio_rows := _ratio_rows(figures):
        parts += ["Against the limits of the same machine in the same run:"]
        parts += [markdown_table(_RATIO_HEADER, ratio_rows)]
    return "\n\n".join(parts)


def with_results(readme: str, results: str, markers: tuple[str, str] = MARKERS) -> str:
    """The README with what stands between two markers replaced. Raises ValueError where they are missing."""
    before, opening, rest = readme.partition(markers[0])
    _, closing, after = rest.partition(markers[1])
    if not opening or not closing:
        raise ValueError(f"no {markers[0]} … {markers[1]} to put the results into")
    return f"{before}{opening}\n{results}\n{closing}{after}"


def _ratio_rows(figures: Sequence[Figure]) -> list[list[str]]:
    return [
        [name, limit, f"{share:.2f}", *_judged(PROMISED_RATIOS.get((name, limit)), share)]
        for name, limit, share in ratios(figures)
    ]


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def write_results(
    folder: Path,
    name: str,
    figures: Sequence[Figure],
    machine: Mapping[str, object],
    details: Mapping[str, object],
) -> None:
    """`<name>.json`, `<name>.md` and its plots in the folder, made when absent."""
    folder.mkdir(parents=True, exist_ok=True)
    result = {
        "machine": dict(machine),
        "figures": {figure.name: asdict(figure) for figure in figures},
        "ratios": [{"figure": n, "limit": limit, "ratio": share} for n, limit, share in ratios(figures)],
        "details": dict(details),
    }
    (folder / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
    plots = [f"![{file}]({file})" for file in write_plots(folder, name, figures, details)]
    (folder / f"{name}.md").write_text("\n\n".join(["# Measured", markdown(figures, machine), *plots]) + "\n")
