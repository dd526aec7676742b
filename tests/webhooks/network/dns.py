"""A name server of sixty lines: answers A, AAAA and CNAME from a zone, and notes what it was asked."""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, repeat
from typing import cast

A, CNAME, AAAA = 1, 5, 28

Zone = Mapping[str, list[list[str]]]
"""Name → its answers, one a question; the last one stays. An answer is a list of addresses or one `=name`."""


class NameServer(asyncio.DatagramProtocol):
    """`asked` counts questions by name, A records only (every look-up asks for both kinds)."""

    def __init__(self, zone: Zone) -> None:
        self._answers: dict[str, Iterator[list[str]]] = {
            name: chain(answers, repeat(answers[-1])) for name, answers in zone.items()
        }
        self._current: dict[str, list[str]] = {}
        self.asked: Counter[str] = Counter()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        name, kind, question = _read_question(data)
        if kind == A:
            self.asked[name] += 1
            self._current[name] = next(self._answers[name]) if name in self._answers else []
        found = self._current.get(name) or (next(self._answers[name]) if name in self._answers else [])
        records = [record for text in found for record in self._records(text, kind)]
        code = 0 if name in self._answers else 3
        header = data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        assert self._transport is not None
        self._transport.sendto(header + question + b"".join(records), address)

    def _records(self, text: str, kind: int, owner: bytes = b"\xc0\x0c") -> list[bytes]:
        """The records of this kind, with a TTL of 0. A CNAME comes with what it points to, as from a resolver."""
        if text.startswith("="):
            target = _encode(text[1:])
            alias = owner + struct.pack(">HHIH", CNAME, 1, 0, len(target)) + target
            followed = next(self._answers[text[1:]])
            return [alias, *(record for one in followed for record in self._records(one, kind, target))]
        packed = socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
        if len(packed) != (16 if kind == AAAA else 4):
            return []
        return [owner + struct.pack(">HHIH", kind, 1, 0, len(packed)) + packed]


def _read_question(data: bytes) -> tuple[str, int, bytes]:
    labels, at = [], 12
    while data[at]:
        labels.append(data[at + 1 : at + 1 + data[at]].decode())
        at += 1 + data[at]
    return ".".join(labels).lower(), struct.unpack(">H", data[at + 1 : at + 3])[0], data[12 : at + 5]


def _encode(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
