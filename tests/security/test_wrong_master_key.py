"""A process that lacks the database's master key says so, at its start and in `/health`, and works on nothing."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest

from dev.redis import RedisServer
from gateway.settings import Settings
from tests.support.stack import ROOT, Stack, eventually

OLD = base64.b64encode(Settings(TEST_MODE=True).master_key_bytes()).decode()
WRONG = base64.b64encode(b"a key of some other installation").decode()
NEXT = base64.b64encode(b"the key that comes next".ljust(32, b".")).decode()

Make = Callable[..., tuple[Stack, RedisServer]]


def health(stack: Stack) -> httpx.Response:
    return httpx.get(f"{stack.base_url}/health", timeout=10)


def answers(stack: Stack) -> bool:
    try:
        return bool(health(stack).json())
    except httpx.HTTPError:
        return False


def log_in(stack: Stack) -> httpx.Response:
    body = {"email": "test@example.com", "password": "any password"}
    return httpx.post(f"{stack.base_url}/api/v1/session", json=body, timeout=10)


def test_nothing_is_ready_and_the_reason_is_told_without_a_secret(new_stack: Make) -> None:
    stack, _ = new_stack()
    for process in (stack.api, stack.worker, stack.webhooks):
        process.env = process.env | {"GATEWAY_MASTER_KEY": WRONG}
        process.start()
    eventually(lambda: answers(stack), 30, "an API that answers")
    body = health(stack)
    assert body.status_code == 503
    told = body.json()
    assert told["status"] == "unhealthy" and told["database"] == "connected" and told["worker"] == "stopped"
    assert told["master_key"] == "wrong" and "GATEWAY_MASTER_KEY" in told["reason"]
    merchant = stack.test_merchant()
    for answer in (
        merchant.api.get("/orders"),
        merchant.api.post("/orders", json={"amount": 500}),
        httpx.get(f"{stack.base_url}/api/v1/orders/order_aaaaaaaaaaaaaaaa/public"),
        log_in(stack),
    ):
        assert answer.status_code == 503 and answer.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
        assert "not ready" in answer.json()["error"]["description"] and "retry-after" in answer.headers
    for process in (stack.api, stack.worker, stack.webhooks):
        eventually(lambda log=process.log: "another master key" in log.read_text(), 30, process.module)  # type: ignore[misc]
        assert process.is_running()
    for secret in (WRONG, OLD, "secret_test_xyz789"):
        assert secret not in stack.logs() + body.text
    assert '"exception"' not in stack.logs()


def test_a_worker_without_the_key_leaves_work_to_one_that_has_it(new_stack: Make) -> None:
    stack, _ = new_stack()
    stack.start("api")
    stack.worker.env = stack.worker.env | {"GATEWAY_MASTER_KEY": WRONG}
    stack.worker.start()
    eventually(lambda: "not ready" in stack.worker.log.read_text(), 30, "its word")
    merchant = stack.test_merchant()
    payment = merchant.card(merchant.order())
    right = stack.another("worker")
    right.start()
    merchant.settled(payment)
    assert stack.sql("SELECT attempts FROM payments WHERE id = %s", (payment["id"],)) in ([(1,)], [(0,)])


def test_with_its_own_key_nothing_is_said_of_it(new_stack: Make) -> None:
    stack, _ = new_stack()
    stack.start()
    assert stack.test_merchant().paid()["status"] == "success"
    assert "master_key" not in health(stack).json() and "reason" not in health(stack).json()


@pytest.mark.parametrize(("now", "before"), [(OLD, NEXT), (NEXT, OLD)], ids=["announced", "exchanged"])
def test_a_rotation_in_progress_is_no_wrong_key(new_stack: Make, now: str, before: str) -> None:
    stack, _ = new_stack(GATEWAY_MASTER_KEY=now, GATEWAY_MASTER_KEY_PREVIOUS=before)
    stack.start()
    merchant = stack.test_merchant()
    assert merchant.settled(merchant.card(merchant.order()))["status"] == "success"
    command = [sys.executable, "-m", "gateway.cli", "keys", "rotate-master", "--batch", "1"]
    subprocess.run(command, env=stack.env, cwd=ROOT, check=True, capture_output=True)
    stack.api.kill()
    stack.worker.kill()
    stack.start("api", "worker")
    assert health(stack).json()["status"] == "healthy"
    assert merchant.settled(merchant.card(merchant.order()))["status"] == "success"
    assert "not ready" not in stack.logs()


def test_migrate_and_commands_say_it_in_a_line(new_stack: Make) -> None:
    stack, _ = new_stack()
    for module in (["migrate"], ["gateway.cli", "keys", "rotate-master"]):
        done = subprocess.run(
            [sys.executable, "-m", *module], env=os.environ | stack.env | {"GATEWAY_MASTER_KEY": WRONG},
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1 and "another master key" in done.stderr
        assert len(done.stderr.splitlines()) == 1
