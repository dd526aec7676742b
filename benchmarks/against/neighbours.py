"""The processes of a running gateway, found from the port it answers on: its own, its stores' and its workers'.

Read from /proc: who listens on the port is the API; whoever listens where the API is connected to on this machine
is a store; whoever else is connected to a store is a worker. Connections over Unix sockets, and processes of other
users or of containers behind a proxy, are not seen: name those.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gateway_client import GatewayRefused
from benchmarks.load.connection import Address
from benchmarks.meters import PROC, parents, tree

_LISTEN, _ESTABLISHED = "0A", "01"
_LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
"""127.0.0.1, ::1 and ::ffff:127.0.0.1 as the kernel prints them on little-endian machines."""
_STORES = {"postgres": "postgres", "postmaster": "postgres", "redis": "redis", "valkey": "redis"}


@dataclass(frozen=True, slots=True)
class _Socket:
    port: int
    remote_port: int
    is_local: bool
    state: str
    inode: str


def find_processes(base_url: str) -> dict[str, int]:
    """Names and ids of process trees; `api` is always among them. Raises GatewayRefused where nobody is found."""
    sockets, owners, parent_of = list(_sockets()), _owners(), parents()
    ours = {os.getpid(), *_ancestors(os.getpid(), parent_of)}

    def listening(port: int) -> set[int]:
        return {
            pid
            for one in sockets
            if one.state == _LISTEN and one.port == port
            for pid in owners.get(one.inode, ())
            if pid not in ours
        }

    port = Address.of(base_url).port
    api = _roots(listening(port), parent_of)
    if not api:
        raise GatewayRefused(f"no process of this machine is seen to listen on port {port}: name its processes")
    api_tree = _trees(api, parent_of)
    used = {one.remote_port for one in _connections(sockets) if api_tree & owners.get(one.inode, set())}
    stores = {at: _roots(listening(at) - api_tree, parent_of) for at in used}
    store_trees = _trees({pid for roots in stores.values() for pid in roots}, parent_of)
    working = {
        pid for one in _connections(sockets) if stores.get(one.remote_port) for pid in owners.get(one.inode, ())
    } - (api_tree | store_trees | ours)
    return dict(_named(api, {pid for roots in stores.values() for pid in roots}, _roots(working, parent_of)))


def _named(api: Iterable[int], stores: Iterable[int], workers: Iterable[int]) -> Iterator[tuple[str, int]]:
    seen: Counter[str] = Counter()
    kinds = [*(("api", pid) for pid in sorted(api)), *((_store_name(pid), pid) for pid in sorted(stores))]
    for name, pid in [*kinds, *(("worker", pid) for pid in sorted(workers))]:
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{name}{seen[name]}"), pid


def _store_name(pid: int) -> str:
    command = (PROC / str(pid) / "comm").read_text().strip()
    return next((name for part, name in _STORES.items() if part in command), command or "store")


def _sockets() -> Iterator[_Socket]:
    for table in ("tcp", "tcp6"):
        path = PROC / "net" / table
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            fields = line.split()
            (_, port), (remote, remote_port) = fields[1].split(":"), fields[2].split(":")
            yield _Socket(int(port, 16), int(remote_port, 16), remote in _LOOPBACK, fields[3], fields[9])


def _connections(sockets: Iterable[_Socket]) -> Iterator[_Socket]:
    return (one for one in sockets if one.state == _ESTABLISHED and one.is_local)


def _owners() -> Mapping[str, set[int]]:
    """Which processes hold a socket, by its inode."""
    owners: dict[str, set[int]] = {}
    for folder in PROC.glob("[0-9]*/fd"):
        for inode in _inodes(folder):
            owners.setdefault(inode, set()).add(int(folder.parent.name))
    return owners


def _inodes(folder: Path) -> Iterator[str]:
    try:
        held = list(folder.iterdir())
    except OSError:
        return  # it ended, or is another user's
    for entry in held:
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target[len("socket:[") : -1]


def _ancestors(pid: int, parent_of: Mapping[int, int]) -> Iterator[int]:
    while pid := parent_of.get(pid, 0):
        yield pid


def _roots(pids: set[int], parent_of: Mapping[int, int]) -> set[int]:
    """Those that descend from no other of them."""
    return {pid for pid in pids if pids.isdisjoint(_ancestors(pid, parent_of))}


def _trees(roots: Iterable[int], parent_of: Mapping[int, int]) -> set[int]:
    return {pid for root in roots for pid in tree(root, parent_of)}
