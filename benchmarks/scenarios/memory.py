"""Resident memory of each process after the loads of the run."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.meters import STORES


def memory(bench: Bench) -> list[Figure]:
    """MB (10^6 bytes) resident per named process tree; nothing when no pid is known."""
    resident = bench.meters.resident_mb()
    return [Figure(f"memory.{name}_mb", mb, "MB") for name, mb in resident.items() if name not in STORES]
