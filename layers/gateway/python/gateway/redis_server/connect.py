"""A client for the Redis of `REDIS_URL`.

redis-py is imported when the first client is made: it costs half a second of start-up, and no process may need
Redis to start.
"""

from typing import Any


def connect(redis_url: str, *, seconds: float, connect_seconds: float | None = None, **options: Any) -> Any:
    """A client that waits `seconds` for an answer and as long (or `connect_seconds`) for a connection.

    It repeats nothing by itself: the caller knows what may be done twice. `options` are redis-py's.
    """
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    given = {"retry": Retry(NoBackoff(), 0)} | options
    return Redis.from_url(
        redis_url, socket_timeout=seconds, socket_connect_timeout=connect_seconds or seconds, **given
    )
