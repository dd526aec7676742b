"""The hint, after the commit, that there is work."""

from starlette.requests import Request

from api.http.dependencies import runtime_of
from gateway.jobs.model import Kind


def wake(request: Request, kind: Kind, deliveries: int, *, handed: bool = False) -> None:
    """Hint, after the commit, that there is work of `kind`, unless it was handed over, and webhooks if any became
    due."""
    wakes = runtime_of(request).wakes
    if not handed:
        wakes.wake(kind)
    if deliveries:
        wakes.wake("webhooks")
