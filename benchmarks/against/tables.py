"""The comparison as text: for the terminal, the README and programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.against.rounds import Compared
from benchmarks.bench import CONTENDED
from benchmarks.report import markdown_table, padded, shown

MARKERS = ("<!-- against: begin -->", "<!-- against: end -->")
_HEADER = ["figure", "ours", "other", "ours / other", "by round", "note"]


def text_table(compared: Sequence[Compared]) -> str:
    """Columns padded for a terminal."""
    return padded([_HEADER, *map(_row, compared)])


def markdown(compared: Sequence[Compared], machine: Mapping[str, object]) -> str:
    """What the machine was, and all figures."""
    about = "\n".join(f"- {name}: {value}" for name, value in machine.items())
    return f"{about}\n\n{markdown_table(_HEADER, [_row(one) for one in compared])}"


def write(
    folder: Path,
    name: str,
    compared: Sequence[Compared],
    machine: Mapping[str, object],
    details: Mapping[str, object],
) -> None:
    """`<name>.json` and `<name>.md` in the folder, made when absent."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = {one.name: asdict(one) | {"ratios": one.ratios, "ratio": one.ratio} for one in compared}
    result = {"machine": dict(machine), "figures": figures, "details": dict(details)}
    (folder / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
    (folder / f"{name}.md").write_text(f"# By turns\n\n{markdown(compared, machine)}\n")


def _row(one: Compared) -> list[str]:
    mine, its = one.medians
    by_round = ", ".join(f"{ratio:.2f}" for ratio in one.ratios)
    return [
        one.name,
        shown(mine, one.unit),
        shown(its, one.unit),
        f"{one.ratio:.2f}",
        by_round,
        _note(one),
    ]


def _note(one: Compared) -> str:
    """What limits its meaning, said once; how contended each load was is in the JSON."""
    parts = [part for note in one.notes for part in note.split("; ")]
    plain = [part for part in parts if CONTENDED not in part]
    return "; ".join([*dict.fromkeys(plain), *[CONTENDED] * (len(plain) < len(parts))])
