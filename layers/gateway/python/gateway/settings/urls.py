"""What is wrong with a database's URL, said without a word of it: it holds a password. Redis's: `redis_urls`.

Whoever parses such a URL quotes what it trips over, and that is often a part of the password. So what a server
could not be reached with is refused here, before anybody else reads it.
"""

import re
from typing import Final

PLAIN: Final = "write user name and password percent-encoded (%40 for @, %2F for /, %3A for :, %25 for %)"
BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
HOST: Final = re.compile(r"[\w.:%-]*", re.ASCII)
_PORT: Final = re.compile(r"[0-9]{1,5}")
_SSL_MODES: Final = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
_OUR_OPTIONS: Final = re.compile(r"search_path|\brole\b|session_authorization|gateway\.", re.IGNORECASE)


def trouble_with_database_url(text: str) -> str | None:
    """Why nothing could connect with this; None if something could. Reads no file and asks no server."""
    if not text.strip():
        return "is empty"
    is_url = "://" in text.partition("=")[0]
    if is_url and not text.startswith(("postgresql://", "postgres://")):
        return "must begin with postgresql:// (nothing before it, and no driver's name in it)"
    if is_url and re.search(r"[\s\x00-\x1f]", text):
        return "contains a space or a line break: write %20 for a space"
    if is_url and BAD_PERCENT.search(text):
        return f"contains a % that encodes nothing: {PLAIN}"
    parts = _parse(text)
    return parts if isinstance(parts, str) else _trouble_with_parts(parts, is_url)


def _parse(text: str) -> dict[str, str] | str:
    """What libpq makes of it, or why it makes nothing."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {name: str(value) for name, value in conninfo_to_dict(text).items()}
    except ProgrammingError as error:
        said = str(error)  # quotes the URL
    if said.startswith(("invalid URI query parameter", "invalid connection option")):
        return "has a parameter that Postgres does not know"
    if "IPv6" in said:
        return "has brackets that do not match: they belong around an IPv6 address only"
    return f"cannot be read: it must look like postgresql://user:password@host:5432/name; {PLAIN}"


def _trouble_with_parts(parts: dict[str, str], is_url: bool) -> str | None:
    for host in parts.get("host", "").split(","):
        if not (host.startswith(("/", "@/")) or HOST.fullmatch(host)):
            return f"has a host that is none: {PLAIN}"
    for port in parts.get("port", "").split(","):
        if port and not _is_port(port):
            return f"has a port that is no number from 1 to 65535; if it was meant to be none: {PLAIN}"
    if is_url and "@" in parts.get("dbname", ""):
        return f"has an @ behind its host: {PLAIN}"
    if parts.get("sslmode", "prefer") not in _SSL_MODES:
        return f"has an sslmode that is none of {', '.join(sorted(_SSL_MODES))}"
    if _OUR_OPTIONS.search(parts.get("options", "")):
        return "sets search_path or a role in its options: the tables are in the schema public, the roles are ours"
    return None


def _is_port(text: str) -> bool:
    return _PORT.fullmatch(text) is not None and 0 < int(text) < 65536
