"""Send the hints of a dead-letter queue back to their queue, once the cause is mended.

    python deploy/redrive.py DEAD_QUEUE_URL QUEUE_URL

Needs boto3 and AWS credentials that may receive and delete there, and send here. A hint is deleted only
after it was sent: stopped at any moment, at worst one comes twice, which is harmless. What is no hint of
ours stays where it is and is shown: no worker will ever understand it. Ends with 1 if there was such a thing.
"""

import json
import sys
from typing import Any

import boto3

KINDS = ("payments", "refunds", "webhooks")


def is_hint(body: str) -> bool:
    """Whether a worker knows what to do with it."""
    try:
        return json.loads(body)["kind"] in KINDS
    except (ValueError, TypeError, KeyError):
        return False


def redrive(sqs: Any, dead: str, alive: str) -> tuple[int, list[str]]:
    """How many hints were sent back, and the texts of what is none."""
    sent, strange = 0, dict[str, str]()
    while True:
        # Hidden for a minute, so that what is left there is not met again at once.
        answer = sqs.receive_message(
            QueueUrl=dead, MaxNumberOfMessages=10, WaitTimeSeconds=2, VisibilityTimeout=60
        )
        fresh = [one for one in answer.get("Messages", []) if one["MessageId"] not in strange]
        if not fresh:
            return sent, list(strange.values())
        for message in fresh:
            if not is_hint(message["Body"]):
                strange[message["MessageId"]] = message["Body"]
                continue
            sqs.send_message(QueueUrl=alive, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
            sent += 1


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    sent, strange = redrive(boto3.client("sqs"), *arguments)
    print(f"sent back {sent}")
    for body in strange:
        print(f"no hint, left there: {body[:200]!r}")
    return 1 if strange else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
