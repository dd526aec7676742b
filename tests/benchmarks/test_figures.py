"""Percentiles, promises, medians and ratios."""

import math

import pytest

from benchmarks.figures import PROMISES, Figure, Promise, median_of_runs, ratios
from benchmarks.latency import percentile, summary
from benchmarks.paths import README
from benchmarks.report import markdown, text_table, with_results


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert percentile(values, 0.50) == 50
    assert percentile(values, 0.99) == 99
    assert percentile([7.0], 0.99) == 7
    assert summary(values)["max"] == 100


def test_nothing_measured_is_no_number_and_holds_no_promise() -> None:
    assert math.isnan(percentile([], 0.5))
    assert not Promise(at_most=5).held_by(math.nan)
    assert not Promise(at_least=5).held_by(math.nan)


@pytest.mark.parametrize(
    ("promise", "value", "held"),
    [
        (Promise(at_least=700), 700, True),
        (Promise(at_least=700), 699.9, False),
        (Promise(at_most=25), 25, True),
        (Promise(at_most=25), 25.1, False),
    ],
)
def test_a_promise_holds_up_to_its_bound(promise: Promise, value: float, held: bool) -> None:
    assert promise.held_by(value) is held


def test_repeated_runs_give_the_median_and_say_the_spread() -> None:
    runs = [[Figure("orders.per_s", value, "1/s")] for value in (900.0, 700.0, 800.0)]
    (figure,) = median_of_runs(runs)
    assert figure.value == 800
    assert "700–900 over 3 runs" in figure.note


def test_ratios_appear_only_where_both_sides_were_measured() -> None:
    figures = [Figure("orders.per_s", 800, "1/s"), Figure("limit.echo_per_s", 4000, "1/s")]
    assert ratios(figures) == [("orders.per_s", "limit.echo_per_s", 0.2)]


def test_the_tables_name_what_was_not_held() -> None:
    figures = [Figure("orders.per_s", 10, "1/s", "contended: 1.00 cores used by others")]
    assert "NO" in text_table(figures)
    assert f"| {PROMISES['orders.per_s']} | NO | contended" in markdown(figures, {"cores": 2})


def test_a_promised_ratio_that_was_missed_is_named() -> None:
    figures = [Figure("payments.api_cpu_ms", 2.0, "ms"), Figure("limit.bare_payments_cpu_ms", 1.0, "ms")]
    missed = "| payments.api_cpu_ms | limit.bare_payments_cpu_ms | 2.00 | ≤ 1.3 | NO |"
    assert missed in markdown(figures, {"cores": 2})


def test_results_replace_what_stands_between_the_markers_of_the_readme() -> None:
    readme = "text\n<!-- results: begin -->\nold\n<!-- results: end -->\nmore\n"
    expected = "text\n<!-- results: begin -->\nnew\n<!-- results: end -->\nmore\n"
    assert with_results(readme, "new") == expected
    assert with_results(expected, "new") == expected
    with pytest.raises(ValueError, match="results"):
        with_results("no markers", "new")


def test_the_readme_explains_every_figure_that_has_a_promise_and_takes_results() -> None:
    text = README.read_text()
    assert with_results(text, "new") != text
    for name in PROMISES:
        group = name.partition(".")[0]
        assert f"`{group}." in text or f"`{group}_*" in text, name
