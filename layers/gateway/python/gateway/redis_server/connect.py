"""A client for the Redis of `REDIS_URL`: one server, the master that Sentinel names at the moment, or a cluster.

redis-py is imported when the first client is made: it costs half a second of start-up, and no process may need
Redis to start. A client follows a fail-over by itself: it asks the sentinels, or the other nodes, when it connects
anew. What was under way is lost; whoever sends it knows whether it may be sent twice.
"""

from collections.abc import Callable
from typing import Any

from gateway.settings.redis_urls import RedisAddress, read_redis_url


def is_cluster(redis_url: str) -> bool:
    """Whether keys of one script, pipeline or blocking call have to share a slot, by a `{tag}` in their names."""
    return read_redis_url(redis_url).kind == "cluster"


def connect(
    redis_url: str,
    *,
    seconds: float,
    connect_seconds: float | None = None,
    on_connect: Callable[[Any], None] | None = None,
    **options: Any,
) -> Any:
    """A client that waits `seconds` for an answer and as long (or `connect_seconds`) for a connection.

    It repeats nothing by itself, unless `retry` says so. `on_connect` gets each new connection, when it can be
    used. `options` are redis-py's.
    """
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    given: dict[str, Any] = {
        "socket_timeout": seconds,
        "socket_connect_timeout": connect_seconds or seconds,
        "retry": Retry(NoBackoff(), 0),
        **options,
    }
    if on_connect is not None:
        given["redis_connect_func"] = on_connect  # of a cluster's client; others leave all of it to this function
    address = read_redis_url(redis_url)
    if address.kind == "cluster":
        return _cluster(address, given)
    if on_connect is not None:
        given["redis_connect_func"] = lambda connection: (connection.on_connect(), on_connect(connection))
    if address.kind == "sentinel":
        return _master(address, given)
    return Redis.from_url(redis_url, **given)


def _master(address: RedisAddress, given: dict[str, Any]) -> Any:
    """A client of the master. `sentinel_username` and `sentinel_password` of the URL are for the sentinels."""
    from redis.sentinel import Sentinel

    kept = _options(address)
    of_sentinels = {
        name.removeprefix("sentinel_"): kept.pop(name) for name in list(kept) if name.startswith("sentinel_")
    }
    tls = {name: value for name, value in kept.items() if name.startswith("ssl")}
    waits = {name: given[name] for name in ("socket_timeout", "socket_connect_timeout")}
    # A blocking read may wait for long; whether a sentinel is there is known at once.
    waits["socket_timeout"] = min(waits["socket_timeout"], waits["socket_connect_timeout"])
    of_sentinels |= tls | waits | {"retry": given["retry"]}
    sentinel = Sentinel(address.nodes, sentinel_kwargs=of_sentinels)  # type: ignore[no-untyped-call]
    return sentinel.master_for(  # type: ignore[no-untyped-call]
        address.master, **(kept | given)
    )


def _cluster(address: RedisAddress, given: dict[str, Any]) -> Any:
    """A client of all nodes; it asks those of the URL for the others, now and whenever one is gone."""
    from redis.cluster import ClusterNode, RedisCluster

    kept = _options(address)
    kept.pop("db", None)
    nodes = [ClusterNode(host, port) for host, port in address.nodes]  # type: ignore[no-untyped-call]
    # One node of a cluster that is failing over may be down: the others serve their slots.
    return RedisCluster(startup_nodes=nodes, require_full_coverage=False, **(kept | given))


def _options(address: RedisAddress) -> dict[str, Any]:
    """Credentials, database, TLS and further options of the URL, as redis-py names them."""
    from redis.connection import SSLConnection, parse_url

    options: dict[str, Any] = dict(parse_url(address.url))  # type: ignore[no-untyped-call]
    options.pop("host", None)
    options.pop("port", None)
    if options.pop("connection_class", None) is SSLConnection:
        options["ssl"] = True
    return options
