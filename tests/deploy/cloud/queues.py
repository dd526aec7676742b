"""SQS by moto's server, and the event source mappings that carry its messages to functions."""

import atexit
import json
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from typing import Any

import boto3
import httpx

from dev.ports import free_port
from tests.deploy.cloud.events import sqs_event
from tests.deploy.cloud.function import Function, FunctionError
from tests.support.stack import eventually

REGION = "eu-central-1"
KINDS = ("payments", "refunds", "webhooks")
_MAX_RECEIVES = 3


@cache
def moto_endpoint() -> str:
    """One server for the whole run: its start costs more than most tests that need it."""
    port = free_port()
    log = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the server
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log,
    )  # fmt: skip
    atexit.register(process.kill)

    def answers() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/moto-api/", timeout=2).status_code < 500
        except httpx.TransportError:
            return False

    eventually(answers, 60, "moto's server")
    return f"http://127.0.0.1:{port}"


class Queues:
    """The queues of one product with their dead-letter queues, apart from those of others by a prefix.

    `env` is what a function needs to reach them.
    """

    def __init__(self, visibility_seconds: int = 30) -> None:
        self.endpoint, prefix = moto_endpoint(), f"gateway-{time.monotonic_ns()}"
        self.env = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        self.sqs = boto3.client(
            "sqs", endpoint_url=self.endpoint, region_name=REGION,
            aws_access_key_id="test", aws_secret_access_key="test",
        )  # fmt: skip
        self.urls: dict[str, str] = {}
        for kind in KINDS:
            dead = self.sqs.create_queue(QueueName=f"{prefix}-{kind}-dead")["QueueUrl"]
            arn = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"][
                "QueueArn"
            ]
            redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": _MAX_RECEIVES})
            attributes = {"VisibilityTimeout": str(visibility_seconds), "RedrivePolicy": redrive}
            self.urls[f"{kind}-dead"] = dead
            self.urls[kind] = self.sqs.create_queue(QueueName=f"{prefix}-{kind}", Attributes=attributes)[
                "QueueUrl"
            ]
            self.env[f"SQS_{kind.upper()}_URL"] = self.urls[kind]

    def receive(self, queue: str) -> list[Any]:
        """Up to ten messages as they are, with all their attributes; nobody else gets them meanwhile."""
        found = self.sqs.receive_message(
            QueueUrl=self.urls[queue], MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"],
        )  # fmt: skip
        return list(found.get("Messages", []))

    def count(self, queue: str) -> int:
        """Messages that wait in a queue, visible or not."""
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.urls[queue], AttributeNames=names)
        return sum(int(value) for value in found["Attributes"].values())


class Mapping:
    """An event source mapping with `ReportBatchItemFailures`: receives batches, deletes what was handled."""

    def __init__(
        self, queues: Queues, kind: str, function: Function, copies: int = 1, *, started: bool = True
    ) -> None:
        self._queues, self._url, self._function, self._copies = queues, queues.urls[kind], function, copies
        self._kind = kind
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        if started:
            self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.poll(wait_seconds=1)
            except Exception:  # the queue's server is being stopped
                self._stop.wait(0.2)

    def poll(self, wait_seconds: int = 0) -> None:
        """Receive and hand over one batch. With `copies`, each message comes so many times, in reverse."""
        received = self._queues.sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds
        )
        messages = received.get("Messages", [])
        if not messages:
            return
        try:
            for _ in range(self._copies):
                answer = self._function.invoke(sqs_event(list(reversed(messages)), self._kind))
        except FunctionError:
            return  # nothing is deleted: all come back when their visibility ends
        failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                self._queues.sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])

    def stop(self) -> None:
        """After the batch at hand."""
        self._stop.set()
        self._thread.join(40)
