"""Ask the parts of the product whether they work."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_ANSWER_SECONDS = 3.0
_POLL_SECONDS = 0.2
_REMIND_SECONDS = 20.0


@dataclass(frozen=True)
class Part:
    """A part with a health route. The API also knows whether a worker runs."""

    name: str
    url: str
    knows_worker: bool = False


async def wait_until_healthy(parts: Sequence[Part], say: Callable[[str], None]) -> None:
    """Waits as long as it takes (a part that dies is reported and started again meanwhile), and says for what."""
    reminded = time.monotonic()
    while True:
        answers = await asyncio.gather(*(asyncio.to_thread(_trouble, part) for part in parts))
        troubles = [text for text in answers if text]
        if not troubles:
            return
        if time.monotonic() - reminded > _REMIND_SECONDS:
            say(f"Still waiting: {'; '.join(troubles)}.")
            reminded = time.monotonic()
        await asyncio.sleep(_POLL_SECONDS)


def _trouble(part: Part) -> str | None:
    try:
        # No proxy: the environment's is for the outside.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(part.url, timeout=_ANSWER_SECONDS) as answer:
            body: Any = json.loads(answer.read()) if part.knows_worker else {}
    except urllib.error.HTTPError as error:
        return f"{part.name} answers {error.code}"
    except (OSError, ValueError):
        return f"{part.name} does not answer"
    if part.knows_worker and body.get("worker") != "running":
        return "no worker is running"
    return None
