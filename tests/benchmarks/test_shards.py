"""The simulation of shards against what queueing theory says exactly."""

import math
import random

import pytest

from benchmarks.shards import Load, least_shards, measured_ms, quantile, serve, shares_of, simulate, weights_of

LOAD = Load(per_s=10_000, service_ms=2.0, spread=1.0, merchants=1_000, skew=1.0, hottest=0.0)


def test_one_core_waits_as_long_as_pollaczek_and_khinchine_say() -> None:
    """M/G/1: mean wait = use · service · (1 + spread²) / (2 · (1 - use))."""
    took, _ = serve(LOAD, per_s=300, cores=1, seconds=4_000, chance=random.Random(3))
    use, service = 0.6, LOAD.service_ms
    expected = service + use * service * (1 + LOAD.spread**2) / (2 * (1 - use))
    assert sum(took) / len(took) == pytest.approx(expected, rel=0.05)


def test_shares_add_up_and_a_merchant_is_on_one_shard() -> None:
    assert sum(weights_of(LOAD)) == pytest.approx(1)
    hot = Load(**{name: getattr(LOAD, name) for name in LOAD.__slots__} | {"hottest": 0.3})
    assert weights_of(hot)[0] == 0.3 and sum(weights_of(hot)) == pytest.approx(1)
    assert max(shares_of(hot, 16, random.Random(1))) >= 0.3


def test_what_is_over_capacity_does_not_keep_up_and_what_is_far_below_does() -> None:
    assert least_shards(LOAD, cores=4, use=1) == 5
    few, many = simulate(LOAD, 4, 4, 3, seed=1), simulate(LOAD, 40, 4, 3, seed=1)
    assert not few.keeps_up and few.waits > 1_000
    assert many.keeps_up and many.p99_ms < few.p99_ms
    assert many.use == pytest.approx(10_000 * 0.002 / 160)


def test_the_cost_comes_from_the_results_that_are_checked_in() -> None:
    assert 0.1 < measured_ms() < 20
    assert math.isclose(quantile([1.0, 2.0, 3.0, 4.0], 0.5), 3.0) and quantile([], 0.5) == 0
