"""What is measured: each scenario takes a Bench and returns figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.scenarios.accept import orders, payments, payments_at_100
from benchmarks.scenarios.accounts import accounts
from benchmarks.scenarios.drain import drain
from benchmarks.scenarios.memory import memory
from benchmarks.scenarios.reads import reads
from benchmarks.scenarios.sender import isolation, sender
from benchmarks.scenarios.slow_bank import slow_bank
from benchmarks.scenarios.soak import soak
from benchmarks.scenarios.start import imports, start
from benchmarks.scenarios.webhooks import webhooks_at_100, webhooks_one, webhooks_three

Scenario = Callable[[Bench], list[Figure]]

SCENARIOS: Mapping[str, Scenario] = {
    "start": start,
    "orders": orders,
    "payments": payments,
    "payments_at_100": payments_at_100,
    "reads": reads,
    "webhooks_one": webhooks_one,
    "webhooks_three": webhooks_three,
    "webhooks_at_100": webhooks_at_100,
    "memory": memory,
    "slow_bank": slow_bank,
    "drain": drain,
    "accounts": accounts,
    "sender": sender,
    "isolation": isolation,
    "soak": soak,
    "import": imports,
}
"""In the order they run: memory after the loads, slow_bank last of those that need the product."""
