"""Ask the parts of the product whether they work."""

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

_ANSWER_SECONDS = 3.0


@dataclass(frozen=True)
class Part:
    """A part with a health route. The API also knows whether a worker runs."""

    name: str
    url: str
    knows_worker: bool = False


async def trouble(part: Part) -> str | None:
    """Why the part is not healthy yet, or None when it is."""
    return await asyncio.to_thread(_trouble, part)


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
