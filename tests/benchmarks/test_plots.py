"""Plots are well-formed, to scale, and only of what was measured."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.figures import Figure
from benchmarks.plots import CPU, LATENCIES, RATES, write_plots
from benchmarks.scenarios.soak import slope
from benchmarks.suite import ALL
from benchmarks.svg import bars, lines

SVG = "{http://www.w3.org/2000/svg}"


def test_bars_are_as_long_as_their_values_and_stacked_ones_adjoin() -> None:
    root = ElementTree.fromstring(bars("<rates> & more", "/s", {"one": [10], "two": [20, 20]}, ("a", "b")))
    widths = [float(rect.get("width", "")) for rect in root.iter(f"{SVG}rect") if rect.get("height") == "18"]
    starts = [float(rect.get("x", "")) for rect in root.iter(f"{SVG}rect") if rect.get("height") == "18"]
    assert widths[1] == widths[2] == pytest.approx(2 * widths[0], abs=0.2)
    assert starts[2] == pytest.approx(starts[1] + widths[1], abs=0.2)
    assert {"one", "two", "10 /s", "40 /s"} <= {text.text for text in root.iter(f"{SVG}text")}


def test_lines_rise_with_their_values_from_zero() -> None:
    root = ElementTree.fromstring(lines("memory", "minutes", "MB", {"api": [(0, 0), (1, 50), (2, 100)]}))
    [line] = root.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
    (x0, y0), (x1, y1), (x2, y2) = points
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert y0 - y1 == pytest.approx(y1 - y2, abs=0.2)
    assert y0 > y2


def test_what_was_not_measured_is_not_drawn_and_old_plots_go(tmp_path: Path) -> None:
    (tmp_path / "x-soak.svg").write_text("of an earlier run")
    figures = [Figure("orders.per_s", 700, "1/s"), Figure("growth.0.list_p99_ms", 3, "ms")]
    assert write_plots(tmp_path, "x", figures, {}) == ["x-rates.svg"]
    assert [file.name for file in tmp_path.iterdir()] == ["x-rates.svg"]


def test_growth_and_soak_are_drawn_from_figures_and_details(tmp_path: Path) -> None:
    kinds = ("accept_p50", "accept_p99", "list_p50", "list_p99")
    figures = [Figure(f"growth.{size}.{kind}_ms", 5, "ms") for size in (0, 1_000_000) for kind in kinds]
    details = {"soak": {"api": [(0.1, 80.0), (0.2, 81.0)], "worker": [(0.1, 70.0), (0.2, 70.0)]}}
    assert write_plots(tmp_path, "x", figures, details) == ["x-soak.svg", "x-growth.svg"]


def test_plots_name_scenarios_that_exist() -> None:
    names = [*RATES.values(), *(f"{name}.p99_ms" for name in (*LATENCIES.values(), *CPU.values()))]
    assert {name.partition(".")[0] for name in names} <= {*ALL, "limit"}


def test_the_slope_is_that_of_the_nearest_line() -> None:
    assert slope([(0, 10), (1, 12), (2, 14)]) == pytest.approx(2)
    assert slope([(0, 10), (1, 13), (2, 10)]) == pytest.approx(0)
    assert slope([(1, 5)]) == 0
