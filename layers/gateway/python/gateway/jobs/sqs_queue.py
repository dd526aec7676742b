"""Hints over SQS. boto3 is imported at the first hint: it costs a second of a cold start."""

import asyncio
import json
from typing import Any

from gateway.jobs.model import Kind


class SqsQueue:
    """Sends `{"kind": …}` to the queue of the kind."""

    def __init__(self, urls: dict[Kind, str]) -> None:
        self._urls = urls
        self._client: Any = None

    async def send(self, kind: Kind) -> None:
        await asyncio.to_thread(self._send, kind)

    async def is_reachable(self) -> bool:
        return all(self._urls.values())

    async def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _send(self, kind: Kind) -> None:
        if self._client is None:
            import boto3
            from botocore.config import Config

            self._client = boto3.client(
                "sqs", config=Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
            )
        self._client.send_message(QueueUrl=self._urls[kind], MessageBody=json.dumps({"kind": kind}))
