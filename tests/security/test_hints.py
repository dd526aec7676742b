"""Whoever can write to Redis can delay a payment by a second, and nothing more: a real worker, a real Redis."""

import json
import pickle
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.command import send_kill_horse_command, send_shutdown_command
from rq.serializers import JSONSerializer

from dev.redis import RedisServer
from gateway.jobs.redis_hints import HINT_FUNCTION, is_hint
from tests.support.client import Merchant
from tests.support.stack import Stack, eventually

FOREIGN = "a_module_of_somebody"


class Attacked:
    """A product whose workers look without a hint once a minute only, and a stranger at its Redis."""

    def __init__(self, stack: Stack, redis: RedisServer, folder: Path) -> None:
        self.stack = stack
        self.redis: Any = Redis.from_url(redis.url, socket_timeout=60)
        self.folder = folder
        self.json = Queue("payments", connection=self.redis, serializer=JSONSerializer)
        self.pickled = Queue("payments", connection=self.redis)

    def trace(self, name: str) -> str:
        """A file that is there if the worker was made to act."""
        return str(self.folder / "traces" / name)

    def traces(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "traces").iterdir())

    def push(self, job_id: bytes | str, **fields: Any) -> None:
        """A job as raw bytes."""
        if fields:
            name = job_id if isinstance(job_id, bytes) else job_id.encode()
            self.redis.hset(b"rq:job:" + name, mapping=fields)
        self.redis.rpush("rq:queue:payments", job_id)

    def wait_until_taken(self) -> None:
        eventually(lambda: not self.redis.exists("rq:queue:payments"), 30, "an empty queue")

    def dropped(self, kind: str = "payments") -> int:
        """What the status says."""
        return int(self.stack.test_merchant().api.get("/test/jobs/status").json()["queues"][kind]["dropped"])

    def is_well(self) -> None:
        """A hint is still heeded, within less than the worker needs to look by itself."""
        merchant: Merchant = self.stack.test_merchant()
        assert merchant.settled(merchant.upi(merchant.order()), seconds=20)["status"] == "success"


@pytest.fixture
def attacked(new_stack: Callable[..., tuple[Stack, RedisServer]], tmp_path: Path) -> Iterator[Attacked]:
    (tmp_path / "traces").mkdir()
    (tmp_path / f"{FOREIGN}.py").write_text(
        f"import pathlib\npathlib.Path({str(tmp_path / 'traces' / 'imported')!r}).touch()\n"
        f"def act(*a, **k): pathlib.Path({str(tmp_path / 'traces' / 'called')!r}).touch()\n"
    )
    stack, redis = new_stack(GATEWAY_SWEEP_SECONDS="60", PYTHONPATH=str(tmp_path))
    stack.start()
    yield Attacked(stack, redis, tmp_path)


class Pickled:
    """Calls `os.system` when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, (self.command,)


def test_no_job_makes_a_worker_call_anything(attacked: Attacked) -> None:
    touch = f"touch {attacked.trace('system')}"
    attacked.is_well()
    for queue in (attacked.json, attacked.pickled):
        queue.enqueue("os.system", touch)
        queue.enqueue("builtins.exec", f"open({attacked.trace('exec')!r}, 'w')")
        queue.enqueue("subprocess.check_call", ["touch", attacked.trace("subprocess")])
        queue.enqueue(f"{FOREIGN}.act")
        queue.enqueue(f"{FOREIGN}.nothing_of_this_name")
        queue.enqueue("gateway.jobs.redis_queue.RqQueue", "redis://127.0.0.1:1/0")
        queue.enqueue(HINT_FUNCTION, "payments", "more")
        queue.enqueue(HINT_FUNCTION, "webhooks")
        queue.enqueue(HINT_FUNCTION, kind="payments")
        queue.enqueue(HINT_FUNCTION, {"kind": ["payments"]})
        queue.enqueue(HINT_FUNCTION)
    attacked.wait_until_taken()
    attacked.is_well()
    assert attacked.traces() == []
    eventually(lambda: attacked.dropped() >= 22, 20, "the count of 22 dropped jobs")
    assert attacked.dropped() == 22
    assert not attacked.redis.keys("rq:job:*"), "a dropped job is deleted"


def test_what_goes_along_with_a_hint_is_never_read(attacked: Attacked) -> None:
    act = Callback(f"{FOREIGN}.act")
    for queue in (attacked.json, attacked.pickled):
        queue.enqueue(HINT_FUNCTION, "payments", on_success=act, on_failure=act, on_stopped=act, meta={"a": 1})
        waiting = queue.enqueue(HINT_FUNCTION, "payments", on_success=act)
        queue.enqueue("os.system", f"touch {attacked.trace('dependent')}", depends_on=waiting)
    attacked.push(
        "with-everything", data=hint(), success_callback_name=f"{FOREIGN}.act", failure_callback_name="os.abort",
        meta=pickle.dumps(Pickled(f"touch {attacked.trace('meta')}")), dependency_ids=b"\xff", timeout=b"x",
        created_at=b"x", status=b"x", worker_name=b"\xff", webhooks=b"[", repeats_left=b"x",
    )  # fmt: skip
    attacked.wait_until_taken()
    attacked.is_well()
    assert attacked.traces() == []


def test_bytes_that_are_no_job_are_dropped(attacked: Attacked) -> None:
    touch = f"touch {attacked.trace('pickle')}"
    attacked.push("pickle", data=pickle.dumps(Pickled(touch)))
    attacked.push("packed-pickle", data=zlib.compress(pickle.dumps((None, Pickled(touch), (), {}))))
    attacked.push("bad-json", data=zlib.compress(b'["gateway'))
    attacked.push("deep", data=zlib.compress(b"[" * 100_000))
    attacked.push("no-text", data=zlib.compress(b"\xff\xfe"))
    attacked.push("nothing", data=b"")
    attacked.push("without-data", status="queued")
    attacked.push("bomb", data=zlib.compress(b" " * 50_000_000 + hint_text()))
    attacked.push("never-saved")
    attacked.push("a key:with/odd bytes", data=hint())
    attacked.push(b"\xff\x00\r\n", data=hint())
    attacked.push("")
    attacked.redis.set("rq:job:a-text", "no hash")
    attacked.push("a-text")
    attacked.wait_until_taken()
    attacked.is_well()
    assert attacked.traces() == []
    eventually(lambda: attacked.dropped() >= 13, 20, "the count")
    assert attacked.dropped() == 13


def test_huge_jobs_cost_no_memory(attacked: Attacked) -> None:
    before = memory(attacked)
    attacked.push("huge", data=b"x" * 80_000_000)
    attacked.wait_until_taken()
    attacked.redis.rpush("rq:queue:payments", b"y" * 80_000_000)
    attacked.wait_until_taken()
    attacked.redis.rpush("rq:queue:payments", "a", b"y" * 80_000_000, "b")
    attacked.wait_until_taken()
    attacked.is_well()
    assert memory(attacked) - before < 40_000_000


def test_a_flood_is_taken_and_the_worker_goes_on(attacked: Attacked) -> None:
    flood = attacked.redis.pipeline(transaction=False)
    for number in range(20_000):
        flood.rpush("rq:queue:payments", f"job-{number}")
    flood.execute()
    attacked.wait_until_taken()
    attacked.is_well()
    assert eventually(lambda: attacked.dropped() >= 20_000, 20, "the count")


@pytest.mark.parametrize("kind", ["payments", "refunds"])
def test_a_key_of_another_type_in_the_place_of_a_queue_is_removed(attacked: Attacked, kind: str) -> None:
    attacked.redis.delete(f"rq:queue:{kind}")
    attacked.redis.set(f"rq:queue:{kind}", "no list")
    eventually(lambda: not attacked.redis.exists(f"rq:queue:{kind}"), 20, "the removal")
    attacked.is_well()
    attacked.redis.set("rq:queues", "no set")  # the sender's own book-keeping: hints cannot be sent, work goes on
    attacked.redis.delete("rq:queues")
    attacked.is_well()


def test_nobody_can_command_a_worker(attacked: Attacked) -> None:
    attacked.is_well()
    assert attacked.redis.pubsub_channels() == [] and not attacked.redis.keys("rq:worker*")
    attacked.redis.set("rq:suspended", 1)
    for name in ("worker", "*"):
        send_shutdown_command(attacked.redis, name)
        send_kill_horse_command(attacked.redis, name)
        attacked.redis.publish(f"rq:pubsub:{name}", json.dumps({"command": "shutdown"}))
    attacked.redis.sadd("rq:workers", "rq:worker:nobody")
    attacked.redis.zadd("rq:wip:payments", {"x:y": 1})  # what RQ takes for abandoned, and calls callbacks of
    attacked.is_well()
    assert attacked.stack.worker.is_running()


def hint_text(kind: str = "payments") -> bytes:
    return json.dumps([HINT_FUNCTION, None, [kind], {}]).encode()


def hint(kind: str = "payments") -> bytes:
    return zlib.compress(hint_text(kind))


def memory(attacked: Attacked) -> int:
    """Bytes that the worker holds in memory at most so far."""
    status = Path(f"/proc/{attacked.stack.worker.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def test_a_hint_says_its_kind_and_nothing_else() -> None:
    assert is_hint(hint(), "payments")
    assert not is_hint(hint(), "refunds") and not is_hint(None, "payments")
    others: list[Any] = [
        [HINT_FUNCTION, None, ["payments"], {"a": 1}],
        [HINT_FUNCTION, 1, ["payments"], {}],
        [HINT_FUNCTION, None, ["payments", 1], {}],
        ["os.system", None, ["payments"], {}],
        {},
        None,
    ]
    for other in others:
        assert not is_hint(zlib.compress(json.dumps(other).encode()), "payments")


def test_what_a_sender_writes_is_a_hint(attacked: Attacked) -> None:
    attacked.stack.worker.stop()
    merchant = attacked.stack.test_merchant()
    merchant.upi(merchant.order())
    eventually(lambda: attacked.redis.llen("rq:queue:payments"), 20, "the hint")
    [job_id] = attacked.redis.lrange("rq:queue:payments", 0, -1)
    assert is_hint(attacked.redis.hget(b"rq:job:" + job_id, "data"), "payments")
