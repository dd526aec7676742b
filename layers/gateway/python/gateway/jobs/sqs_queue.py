"""Hints over SQS. boto3 is imported at the first hint: it costs a second of a cold start."""

import asyncio
import json
import threading
from typing import Any, Final

from gateway.jobs.model import Kind

_MAX_DELAY_SECONDS: Final = 900  # what SQS accepts


class SqsQueue:
    """Sends `{"kind": …}` to the queue of the kind. Calls run in a thread, so that a slow SQS delays nobody."""

    def __init__(self, urls: dict[Kind, str]) -> None:
        self._urls = urls
        self._client: Any = None
        self._lock = threading.Lock()

    async def send(self, kind: Kind) -> None:
        await asyncio.to_thread(self._send, kind, 0)

    async def send_later(self, kind: Kind, seconds: int) -> None:
        """A hint that comes after `seconds` (at most 900). Punctuality only: the sweep finds what it misses."""
        await asyncio.to_thread(self._send, kind, min(seconds, _MAX_DELAY_SECONDS))

    async def is_reachable(self) -> bool:
        return all(self._urls.values())

    async def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _send(self, kind: Kind, delay_seconds: int) -> None:
        self._connection().send_message(
            QueueUrl=self._urls[kind], MessageBody=json.dumps({"kind": kind}), DelaySeconds=delay_seconds
        )

    def _connection(self) -> Any:
        with self._lock:
            if self._client is None:
                import boto3
                from botocore.config import Config

                self._client = boto3.client(
                    "sqs", config=Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
                )
            return self._client
