"""Where the webhook inbox of this deployment is: its own address, which the sender may reach."""

import re
from typing import Final

from gateway.settings import Settings

PATH: Final = "/api/v1/test/inbox/"


_TOKEN: Final = re.compile(r"[A-Za-z0-9_=-]*(\?answer=503)?")


def inbox_base(settings: Settings) -> str:
    """This API as webhook senders reach it: what an inbox's URL begins with."""
    return settings.inbox_url or settings.api_url


def is_inbox(url: str, settings: Settings) -> bool:
    """Whether this is the URL of an inbox of this deployment, or of the place where they are."""
    base = f"{inbox_base(settings)}{PATH}"
    return url.startswith(base) and _TOKEN.fullmatch(url, len(base)) is not None
