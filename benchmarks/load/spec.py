"""What the generator process is told and what it tells back, as JSON lines over its pipes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class LoadSpec:
    """One load: the same method and headers for all requests, a path and a body for each.

    `rate` is requests per second for an open loop, None for a closed one. `max_seconds` bounds the
    measured part. The warm-up requests are sent first, in a closed loop, and not measured. `headers_each`:
    further headers of each measured request, in the requests' order; empty: none.
    """

    base_url: str
    headers: dict[str, str]
    method: str
    requests: list[tuple[str, str]]
    warm_up: list[tuple[str, str]] = field(default_factory=list)
    connections: int = 16
    rate: float | None = None
    max_seconds: float = 60.0
    idempotency_keys: bool = False
    headers_each: list[dict[str, str]] = field(default_factory=list)

    def dumps(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, line: str) -> LoadSpec:
        """The reverse of dumps."""
        fields = json.loads(line)
        for name in ("requests", "warm_up"):
            fields[name] = [(path, body) for path, body in fields[name]]
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class LoadRun:
    """What one load did: columns of equal length, in order of completion; times in monotonic ns.

    `ids` holds the `id` of each answer, "" where it had none. `cpu_seconds` is the generator's own
    CPU in the measured part.
    """

    due_ns: list[int]
    done_ns: list[int]
    statuses: list[int]
    ids: list[str]
    cpu_seconds: float
    planned: int
    first_refusal: str = ""

    @property
    def seconds(self) -> float:
        """From the first due time to the last answer."""
        return (max(self.done_ns) - min(self.due_ns)) / 1e9 if self.done_ns else 0.0

    @property
    def latencies_ms(self) -> list[float]:
        """Due time to answer, of the 2xx answers."""
        return [
            (done - due) / 1e6
            for due, done, status in zip(self.due_ns, self.done_ns, self.statuses, strict=True)
            if 200 <= status < 300
        ]

    @property
    def succeeded(self) -> int:
        """How many answers were 2xx."""
        return sum(200 <= status < 300 for status in self.statuses)

    @property
    def due_by_id(self) -> dict[str, int]:
        """Due time of each 2xx answer by the id it returned."""
        rows = zip(self.ids, self.due_ns, self.statuses, strict=True)
        return {id_: due for id_, due, status in rows if id_ and 200 <= status < 300}

    def dumps(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, line: str) -> LoadRun:
        """The reverse of dumps."""
        return cls(**json.loads(line))
