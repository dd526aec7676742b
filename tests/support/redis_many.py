"""Real Redis of several servers: a cluster of six, and a master with two replicas that three sentinels watch."""

import re
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import RedisError

from dev.binaries import redis_binary
from dev.launch import confined
from dev.ports import free_port
from dev.redis import RedisServer
from tests.support.stack import eventually

NODE_SECONDS: Final = 1.5
"""After which a node that says nothing is taken for lost; a fail-over takes about twice that."""

_SLOTS: Final = 16384
_PASSWORD: Final = "several-servers"
_MASTER: Final = "mymaster"


class Node(RedisServer):
    """A server with further lines in its configuration."""

    def __init__(self, data: Path, lines: str = "", *, sentinel: bool = False) -> None:
        super().__init__(data, password=_PASSWORD)
        self._lines, self._sentinel = lines, sentinel

    def initialise(self) -> None:
        if self._sentinel and self._configuration.exists():
            return  # a sentinel writes into it what it knows
        super().initialise()
        text = self._configuration.read_text()
        if self._sentinel:
            text = "".join(f"{one}\n" for one in text.splitlines() if one.split()[0] in _OF_SENTINELS)
        self._configuration.write_text(text + self._lines)

    def command(self) -> list[str]:
        kind = ["--sentinel"] if self._sentinel else []
        return confined([str(redis_binary()), str(self._configuration), *kind], self.stop_signal)

    @property
    def bus_port(self) -> int:
        """Where the nodes of a cluster talk to each other."""
        return int(re.search(r"cluster-port (\d+)", self._lines)[1])  # type: ignore[index]

    @property
    def client(self) -> Any:
        """As an operator talks to this one server."""
        return Redis(port=self.port, password=self.password, decode_responses=True, socket_timeout=5)


_OF_SENTINELS: Final = ("bind", "port", "dir", "requirepass", "daemonize")


class _Several(ABC):
    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for node in self.nodes:
            node.kill()

    @abstractmethod
    def start(self) -> None:
        """Until they serve together."""

    def _start_all(self, nodes: list[Node]) -> None:
        for node in nodes:  # one thread: the kernel ends a server with the thread that began it
            node.start()


class Cluster(_Several):
    """Three masters with a replica each."""

    def __init__(self, folder: Path) -> None:
        lines = (
            "cluster-enabled yes\ncluster-config-file nodes.conf\n"
            f"cluster-node-timeout {int(NODE_SECONDS * 1000)}\n"
            f"masterauth {_PASSWORD}\ncluster-require-full-coverage no\ncluster-replica-validity-factor 0\n"
        )
        nodes = (f"{lines}cluster-port {free_port()}\n" for _ in range(6))
        super().__init__([Node(folder / f"node{number}", one) for number, one in enumerate(nodes)])

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"redis+cluster://:{quote(_PASSWORD)}@{hosts}/"

    def start(self) -> None:
        self._start_all(self.nodes)
        share = _SLOTS // 3
        for number, node in enumerate(self.nodes[:3]):
            last = _SLOTS if number == 2 else (number + 1) * share
            node.client.execute_command("CLUSTER", "ADDSLOTSRANGE", number * share, last - 1)
        first = self.nodes[0]
        for node in self.nodes[1:]:
            node.client.execute_command("CLUSTER", "MEET", "127.0.0.1", first.port, first.bus_port)
        ids = [node.client.execute_command("CLUSTER", "MYID") for node in self.nodes]
        for node, of in zip(self.nodes[3:], ids[:3], strict=True):
            eventually(lambda node=node, of=of: _follows(node, of), what="a replica")  # type: ignore[misc]
        eventually(self.is_whole, what="a whole cluster")

    def is_whole(self) -> bool:
        """Whether every node that runs serves all slots and each master has a replica that is up to date."""
        for node in self.nodes:
            info = str(node.client.execute_command("CLUSTER", "INFO"))
            if "cluster_state:ok" not in info or f"cluster_slots_ok:{_SLOTS}" not in info:
                return False
        links = [str(node.client.info("replication").get("master_link_status", "up")) for node in self.nodes]
        return links == ["up"] * 6

    def client(self) -> Any:
        """A client of the whole."""
        nodes = [node for node in self.nodes if node.pid is not None]
        return RedisCluster(port=nodes[0].port, host="127.0.0.1", password=_PASSWORD, decode_responses=True)

    def master_of(self, key: str) -> Node:
        """The node that serves this key at the moment."""
        client = self.client()
        try:
            port = client.get_node_from_key(key).port
        finally:
            client.close()
        return next(node for node in self.nodes if node.port == port)


def _follows(node: Node, of: str) -> bool:
    try:
        node.client.execute_command("CLUSTER", "REPLICATE", of)
    except RedisError:  # it has not heard of it yet
        return False
    return True


class Sentinels(_Several):
    """A master, two replicas, and three sentinels that name the master."""

    def __init__(self, folder: Path) -> None:
        self.servers = [Node(folder / "server0", f"masterauth {_PASSWORD}\n")]
        first = self.servers[0].port
        follows = f"masterauth {_PASSWORD}\nreplicaof 127.0.0.1 {first}\n"
        self.servers += [Node(folder / f"server{number}", follows) for number in (1, 2)]
        watches = (
            f"sentinel monitor {_MASTER} 127.0.0.1 {first} 2\nsentinel auth-pass {_MASTER} {_PASSWORD}\n"
            f"sentinel down-after-milliseconds {_MASTER} {int(NODE_SECONDS * 1000)}\n"
            f"sentinel failover-timeout {_MASTER} 5000\nsentinel sentinel-pass {_PASSWORD}\n"
        )
        self.sentinels = [Node(folder / f"sentinel{number}", watches, sentinel=True) for number in range(3)]
        super().__init__([*self.servers, *self.sentinels])

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.sentinels)
        password = quote(_PASSWORD)
        return f"redis+sentinel://:{password}@{hosts}/{_MASTER}/0?sentinel_password={password}"

    def start(self) -> None:
        self._start_all(self.nodes)
        for node in self.sentinels:
            eventually(lambda node=node: _knows(node), what="sentinels that know each other")  # type: ignore[misc]

    def is_whole(self) -> bool:
        """Whether both replicas follow the master."""
        return int(self.master().client.info("replication")["connected_slaves"]) == 2

    def master_of(self, key: str) -> Node:
        """The server that holds this key, as it holds all."""
        return self.master()

    def master(self) -> Node:
        """The server that the sentinels name at the moment."""
        running = next(node for node in self.sentinels if node.pid is not None)
        _, port = running.client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", _MASTER)
        return next(node for node in self.servers if node.port == int(port))


def _knows(node: Node) -> bool:
    told = node.client.execute_command("SENTINEL", "MASTER", _MASTER)
    known = told if isinstance(told, dict) else dict(zip(told[::2], told[1::2], strict=True))
    return int(known["num-slaves"]) == 2 and int(known["num-other-sentinels"]) == 2
