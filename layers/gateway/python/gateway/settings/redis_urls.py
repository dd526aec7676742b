"""What `REDIS_URL` leads to: one server, the master that Sentinel names, or a cluster; and what is wrong with it.

The forms with several hosts are those of Flask-Limiter and Flask-Redis-Sentinel. As with a database's URL, nothing
that is said about a wrong one quotes it: it holds a password.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from gateway.settings.urls import BAD_PERCENT, HOST, PLAIN

_SCHEMES: Final[dict[str, "Kind"]] = {
    "redis": "server",
    "rediss": "server",
    "unix": "server",
    "redis+sentinel": "sentinel",
    "rediss+sentinel": "sentinel",
    "redis+cluster": "cluster",
    "rediss+cluster": "cluster",
}
_PORTS: Final = {"server": 6379, "sentinel": 26379, "cluster": 6379}
_DATABASE: Final = re.compile(r"/?[0-9]{0,3}")
_MASTER: Final = re.compile(r"/[\w.-]+(/[0-9]{0,3})?", re.ASCII)
_NODE: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.%-]+)(?::([0-9]{1,5}))?", re.ASCII)

Kind = Literal["server", "sentinel", "cluster"]


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """`nodes`: host and port of each sentinel, or of some nodes of the cluster (they know the others).

    `url` is a plain one to the first of them, with credentials, database and options. `master`: what the sentinels
    call what they watch.
    """

    kind: Kind
    url: str
    nodes: tuple[tuple[str, int], ...] = ()
    master: str = ""


def read_redis_url(text: str) -> RedisAddress:
    """The address of a URL in which nothing is wrong."""
    scheme, _, rest = text.partition("://")
    kind = _SCHEMES[scheme]
    if kind == "server":
        return RedisAddress(kind, text)
    netloc, path, query = _split(rest)
    credentials, at, hosts = netloc.rpartition("@")
    nodes = tuple(_node(host, kind) for host in hosts.split(","))
    _, master, database = f"{path}//".split("/")[:3] if kind == "sentinel" else ("", "", "")
    plain = f"{scheme.partition('+')[0]}://{credentials}{at}{_text(nodes[0])}/{database}"
    return RedisAddress(kind, f"{plain}?{query}" if query else plain, nodes, master)


def trouble_with_redis_url(text: str) -> str | None:
    """Why nothing could connect with this; None if something could."""
    kind = _SCHEMES.get(text.partition("://")[0]) if "://" in text else None
    if kind is None:
        return "must begin with redis://, rediss:// or unix://, or with redis+sentinel:// or redis+cluster://"
    if re.search(r"[\s\x00-\x1f]", text):
        return "contains a space or a line break: write %20 for a space"
    netloc, path, query = _split(text.partition("://")[2])
    trouble = _trouble_with_host(text) if kind == "server" else _trouble_with_hosts(netloc)
    if trouble is not None:
        return trouble
    if "@" in path + query:
        return f"has an @ behind its host: {PLAIN}"
    if netloc.count("@") > 1 or BAD_PERCENT.search(text):
        return f"has a sign in its password that stands for something else: {PLAIN}"
    return _trouble_with_path(text, path, kind)


def _trouble_with_path(text: str, path: str, kind: Kind) -> str | None:
    if kind == "sentinel":
        return None if _MASTER.fullmatch(path) else "must end with the master's name, such as /mymaster/0"
    if kind == "cluster":
        return None if path in ("", "/", "/0") else "must name no database but /0: a cluster has no other"
    if not text.startswith("unix://") and not _DATABASE.fullmatch(path):
        return "must end with the number of a database, such as /0"
    return None


def _trouble_with_host(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:  # its text quotes what it could not read
        return f"has a port that is no number from 0 to 65535, or brackets that do not match: {PLAIN}"
    if port == 0 or not HOST.fullmatch(host or ""):
        return f"has a host or a port that is none: {PLAIN}"
    return None


def _trouble_with_hosts(netloc: str) -> str | None:
    for host in netloc.rpartition("@")[2].split(","):
        match = _NODE.fullmatch(host)
        if match is None or not 0 < int(match.group(2) or 1) < 65536:
            return f"has a host or a port that is none: write host:port, separated by commas alone; {PLAIN}"
    return None


def _split(rest: str) -> tuple[str, str, str]:
    """Hosts with credentials, path with its slash, and what follows a question mark or a hash."""
    end = re.search(r"[/?#]", rest)
    start = len(rest) if end is None else end.start()
    path = re.split(r"[?#]", rest[start:], maxsplit=1)
    return rest[:start], path[0], path[1] if len(path) > 1 else ""


def _node(text: str, kind: Kind) -> tuple[str, int]:
    match = _NODE.fullmatch(text)
    assert match is not None, "looked at by trouble_with_redis_url"
    return match.group(1).strip("[]"), int(match.group(2) or _PORTS[kind])


def _text(node: tuple[str, int]) -> str:
    host, port = node
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
