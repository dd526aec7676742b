"""What arrived: first arrival of each event of each payment, duplicates, and verified signatures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.receiver.signatures import legacy_signature_holds, standard_signature_holds


@dataclass
class Arrivals:
    """Filled by the receiver process. Times are monotonic ns; each `verify_every`-th event is verified."""

    secret: str = ""
    verify_every: int = 20
    by_payment: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def record(self, body: bytes, headers: Mapping[str, str], now_ns: int) -> None:
        """Take note of one delivery; a body that is no event is counted as `unreadable`."""
        try:
            event = json.loads(body)
            name = str(event["event"])
            payment_id = str(event["data"]["payment"]["id"])
        except (ValueError, KeyError, TypeError):
            self.counts["unreadable"] += 1
            return
        of_payment = self.by_payment.setdefault(payment_id, {})
        if name in of_payment:
            self.counts["duplicates"] += 1
            return
        of_payment[name] = now_ns
        self.counts[name] += 1
        self.counts["events"] += 1
        if self.counts["events"] % self.verify_every == 0:
            self._verify(body, headers)

    def _verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        legacy = legacy_signature_holds(self.secret, body, headers)
        standard = standard_signature_holds(self.secret, body, headers)
        self.counts["legacy_verified" if legacy else "legacy_refused"] += 1
        if standard is not None:
            self.counts["standard_verified" if standard else "standard_refused"] += 1

    def reset(self, secret: str, verify_every: int) -> None:
        """Forget everything and verify with another secret."""
        self.secret, self.verify_every = secret, verify_every
        self.by_payment.clear()
        self.counts.clear()
