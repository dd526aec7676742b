"""How much of each load a run sends: fixed counts, so that two runs do the same work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts are requests, payments or deliveries; seconds bound each load and each wait.

    `growth` has the numbers of payments in the tables at which accepting and listing are measured again.
    """

    warm_up: int = 300
    orders: int = 4000
    payments: int = 3000
    steady: int = 2000
    webhooks_one: int = 2500
    webhooks_three: int = 2000
    webhooks_steady: int = 1000
    reads: int = 2000
    slow_bank: int = 500
    drain: int = 3000
    notices: int = 3000
    sender: int = 10_000
    isolation: int = 300
    soak_seconds: float = 300.0
    growth: tuple[int, ...] = (1_000_000,)
    growth_load: int = 1000
    echo: int = 8000
    pgbench: int = 6400
    bare_sender_seconds: float = 5.0
    imports: int = 5
    max_seconds: float = 90.0


STANDARD = Sizes()
SMOKE = Sizes(
    warm_up=50,
    orders=300,
    payments=300,
    steady=200,
    webhooks_one=200,
    webhooks_three=300,
    webhooks_steady=100,
    reads=200,
    slow_bank=100,
    drain=200,
    notices=200,
    sender=500,
    isolation=20,
    soak_seconds=6.0,
    growth=(2_000,),
    growth_load=100,
    echo=1000,
    pgbench=640,
    bare_sender_seconds=1.0,
    imports=2,
    max_seconds=20.0,
)
"""For CI: the same code in under a minute; only the CPU per payment of it means anything."""
