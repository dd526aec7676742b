"""CPU and memory of real process trees."""

import os
import subprocess
import sys

from benchmarks.meters import Meters

# A child that is gone when the meter looks, and a parent that waits to be told to end.
BURN = "import time\nwhile time.process_time() < 0.3: pass"
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN!r}])
print("burnt", flush=True)
sys.stdin.read()
"""


def test_cpu_of_a_child_that_has_ended_is_its_parents() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        meters = Meters({"worker": parent.pid})
        assert parent.stdout is not None and parent.stdout.readline() == b"burnt\n"
        assert meters.read().by_name["worker"] >= 0.28
        assert meters.resident_mb()["worker"] > 1
    finally:
        parent.communicate()


def test_a_metered_child_of_the_harness_is_not_counted_as_the_harness() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        meters = Meters({"postgres": parent.pid})
        before = meters.read()
        assert parent.stdout is not None and parent.stdout.readline() == b"burnt\n"
        spent = meters.since(before)
        assert spent.stores >= 0.2
        assert spent.product == 0
        assert spent.harness < spent.stores
    finally:
        parent.communicate()


def test_a_process_that_is_gone_reads_as_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert Meters({"api": process.pid}).read().by_name["api"] == 0
    assert os.getpid() not in Meters({"api": process.pid}).pids.values()
