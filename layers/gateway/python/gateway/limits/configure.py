"""The limits of a process, from its settings."""

from typing import Final

from aws_lambda_powertools import Logger

from gateway.limits.limiter import Limiter
from gateway.limits.model import LimitName, parse_policy
from gateway.limits.redis_store import RedisStore
from gateway.settings import Settings

PRODUCTION: Final[dict[LimitName, str]] = {
    "key": "6000/60",
    "address": "1200/60",
    "order": "20/600",
    "control": "120/60",
    "sign-in": "30/60",
}
LOOKS: Final = "20/60"
"""Of a payment that waits in a processor's form: how often its page may have the processor asked. Each is a call
that the account pays for, so no setting and no mode lifts it."""
IN_TEST_MODE: Final = "1000000/60"
"""For benchmarks and test suites, which come from one address with one key."""


def build_limiter(settings: Settings, logger: Logger, *, in_lambda: bool) -> Limiter:
    """A limiter over Redis; in a Lambda, which may not have one and is frozen between requests, over itself."""
    kind = settings.rate_limits
    if kind == "auto":
        kind = "redis" if settings.queue_backend == "rq" else "process"
    if kind == "off":
        return Limiter({}, None, logger)
    given: dict[LimitName, str] = {
        "key": settings.rate_limit_key,
        "address": settings.rate_limit_address,
        "order": settings.rate_limit_order,
        "control": settings.rate_limit_control,
        "sign-in": settings.rate_limit_sign_in,
    }
    usual = {name: IN_TEST_MODE if settings.test_mode else text for name, text in PRODUCTION.items()}
    policies = {name: parse_policy(name, text or usual[name]) for name, text in given.items()}
    policies["look"] = parse_policy("look", LOOKS)
    store = RedisStore(settings.redis_url) if kind == "redis" and not in_lambda else None
    return Limiter(policies, store, logger)
