"""A hook for schemathesis: calls along links never meet by an idempotency key that was made up twice."""

from typing import Any
from uuid import uuid4

import schemathesis


@schemathesis.hook
def map_headers(_: Any, headers: dict[str, str]) -> dict[str, str]:
    """Its name chooses what it is called for."""
    return headers | {"Idempotency-Key": str(uuid4())} if headers and "Idempotency-Key" in headers else headers
