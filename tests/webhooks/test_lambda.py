"""The function on Lambda: the same drain, behind SQS and behind the schedule."""

import json
import os
import subprocess
import sys
from typing import Any

from dev.ports import free_port
from tests.support.stack import ROOT
from tests.webhooks.engine import running_engine
from tests.webhooks.receiver import Receiver

_INVOKE = """
import json, sys
from webhooks.handler import handler

class Context:
    function_name = "webhooks"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:eu-west-1:1:function:webhooks"
    aws_request_id = "1"
    def get_remaining_time_in_millis(self):
        return 30_000

answers = [handler(event, Context()) for event in json.load(sys.stdin)]
print("ANSWERS " + json.dumps(answers))
"""


def invoke(database_url: str, *events: dict[str, Any], **env: str) -> list[dict[str, Any]]:
    """The answers of one warm instance to these events."""
    settings = {
        "DATABASE_URL": database_url, "TEST_MODE": "true", "WEBHOOK_RETRY_INTERVALS_TEST": "true",
        "QUEUE_BACKEND": "sqs", "SQS_WEBHOOKS_URL": f"http://127.0.0.1:{free_port()}/queue",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _INVOKE],
        input=json.dumps(events), env=os.environ | settings | env, cwd=ROOT, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("ANSWERS "))
    answers: list[dict[str, Any]] = json.loads(line.removeprefix("ANSWERS "))
    return answers


def batch(*bodies: str) -> dict[str, Any]:
    records = [
        {
            "messageId": f"message-{number}",
            "receiptHandle": "x",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:1:webhooks",
            "awsRegion": "eu-west-1",
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


HINT = json.dumps({"kind": "webhooks"})


async def test_a_batch_of_hints_is_one_drain_and_failing_receivers_are_no_failure(
    database_url: str, receiver: Receiver
) -> None:
    async with running_engine(database_url) as engine:
        fine = await engine.endpoint(receiver.url("/fine"))
        broken = await engine.endpoint(receiver.url("/broken"))
        receiver.answer("/broken", 500)
        await engine.events(20)
        assert invoke(database_url, batch(HINT, HINT, HINT)) == [{"batchItemFailures": []}]
        assert {row[0] for row in await engine.deliveries("status", fine)} == {"success"}
        assert set(await engine.deliveries("status, attempts", broken)) == {("pending", 1)}


def test_without_a_database_the_hints_come_back() -> None:
    nowhere = f"postgresql://gateway:x@127.0.0.1:{free_port()}/gateway"
    [answer] = invoke(nowhere, batch(HINT, HINT))
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["message-0", "message-1"]


async def test_the_schedule_delivers_recovers_and_gives_up_what_cannot_be_sent(
    database_url: str, receiver: Receiver
) -> None:
    async with running_engine(database_url) as engine:
        endpoint = await engine.endpoint(receiver.url("/fine"))
        gone = await engine.endpoint(receiver.url("/gone"))
        await engine.events(3)
        await engine.sql(
            "UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'test' WHERE id = %s", gone
        )
        invoke(database_url, {"source": "aws.scheduler"})
        assert [row[0] for row in await engine.deliveries("status", endpoint)] == ["success"] * 3
        assert set(await engine.deliveries("status, error_class", gone)) == {("failed", "disabled")}


async def test_an_instance_keeps_its_connections_over_invocations(database_url: str, receiver: Receiver) -> None:
    """One event loop and one database connection per instance, however often it is invoked."""
    async with running_engine(database_url) as engine:
        await engine.endpoint(receiver.url("/fine"))
        await engine.events(1)
        assert invoke(database_url, *[batch(HINT)] * 5) == [{"batchItemFailures": []}] * 5
        assert len(receiver.at("/fine")) == 1
