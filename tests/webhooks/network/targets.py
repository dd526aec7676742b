# ruff: noqa: SIM905 - long lists read better as text
"""The SSRF list: URLs that webhooks must never be sent to, in every spelling that we know of."""

from typing import Final

_IPV4: Final = """
127.0.0.1 127.1 127.0.1 0x7f000001 0x7f.1 2130706433 017700000001 0177.0.0.1 0 0.0.0.0 127.0.0.1. 127.255.255.254
10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255 169.254.169.254 169.254.170.2
169.254.0.1 100.64.0.1 100.127.255.254 100.100.100.200 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1
198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 999.1.1.1 1.2.3.4.5
""".split()
_UNICODE: Final = "ⓛocalhost ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 lоcalhost".split()
_IPV6: Final = """
[::] [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:169.254.169.254] [::127.0.0.1]
[::ffff:0:7f00:1] [::5efe:7f00:1] [fe80::5efe:7f00:1] [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1]
[2002:7f00:1::] [2002:a9fe:a9fe::] [2001::1] [2001:0:7f00:1::] [2001:10::1] [2001:20::1] [100::1] [2001:db8::1]
[3fff::1] [fc00::1] [fd00:ec2::254] [fe80::1] [fe80::1%25eth0] [fec0::1] [ff02::1] [5f00::1] [4000::1] [::2]
""".split()
_NAMES: Final = """
localhost LOCALHOST localhost. a.localhost db redis api gateway_api printer.local metadata.google.internal
router.lan
""".split()
_RESOLVED: Final = """
loopback.example private.example metadata.example mixed.example mixed6.example cname.example nat64.example
teredo.example mapped.example
""".split()
PORTS: Final = (22, 25, 5432, 6379, 8000)

HOSTS: Final = (*_IPV4, *_UNICODE, *_IPV6, *_NAMES)
"""Hosts that are refused without asking a name server."""

RESOLVED: Final = tuple(_RESOLVED)
"""Names whose addresses (in `world.ZONE`) are not, or not all, public."""

MALFORMED: Final = (
    "file:///etc/passwd",
    "gopher://good.example/_x",
    "ftp://good.example/",
    "javascript:alert(1)",
    "//good.example/",
    "good.example",
    "https:///path",
    "https://",
    "http://good@127.0.0.1/",
    "http://good:80@127.0.0.1/",
    "https://good.example@169.254.169.254/",
    "http://127.0.0.1\\@good.example/",
    "https://good.example\\.evil.example/",
    "https://good\t.example/",
    "https://good\n.example/",
    "https://good.example /",
    "https://good.example:0/",
    "https://good.example:99999/",
    "https://good.example:1x/",
    "https://good%2eexample/",
    "https://exa mple.example/",
    "https://-bad.example/",
    "https://bad_.exa!mple/",
    "https://a..example/",
    "https://" + "a" * 64 + ".example/",
    "https://good.example/" + "a" * 2048,
    "https://[::1",
    "https://[v1.fe80::a]/",
    "https://good.example:443:80/",
    "https://xn--/",
)


def refused_urls(port: int = 80) -> list[str]:
    """All of them as URLs. Hosts come with both schemes, names and malformed ones as they are."""
    urls = [f"{scheme}://{host}:{port}/" for host in HOSTS for scheme in ("http", "https")]
    urls += [f"https://good.example:{refused}/" for refused in PORTS]
    return [*urls, *MALFORMED]
