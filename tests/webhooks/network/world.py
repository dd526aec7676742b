"""A world of its own for the sender: `unshare --net --mount python -m tests.webhooks.network.world`.

In this network namespace every address there is belongs to this machine, and a canary listens on all of
them; the only name server is ours. Whatever the sender connects to is seen, and nothing can leave.
Reads questions as JSON from stdin, writes the answers to stdout.
"""

import asyncio
import ctypes
import datetime
import json
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.settings import Settings
from gateway.webhooks.sender.addresses import AddressGuard
from gateway.webhooks.sender.client import WebhookClient
from gateway.webhooks.sender.target import TargetRefused
from tests.webhooks.network.dns import NameServer

PUBLIC: Final = "93.184.215.14"
PUBLIC6: Final = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
METADATA: Final = "169.254.169.254"
PORTS: Final = (22, 25, 80, 443, 5432, 6379, 8000, 8080)
ZONE: Final = {
    "good.example": [[PUBLIC]],
    "xn--bcher-kva.example": [[PUBLIC]],
    "six.example": [[PUBLIC6]],
    "dead-then-alive.example": [["93.184.215.15", PUBLIC]],
    "loopback.example": [["127.0.0.1"]],
    "private.example": [["10.0.0.5"]],
    "metadata.example": [[METADATA]],
    "mixed.example": [[PUBLIC, "10.0.0.5"]],
    "mixed6.example": [[PUBLIC, "::1"]],
    "cname.example": [["=metadata.example"]],
    "nat64.example": [["64:ff9b::a9fe:a9fe"]],
    "teredo.example": [["2001:0:7f00:1::"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "flip.example": [[PUBLIC], [METADATA]],
    "redirect.example": [[PUBLIC]],
}


def _prepare_network() -> None:
    for command in (
        "ip link set lo up",
        "ip route add local 0.0.0.0/0 dev lo",
        "ip -6 route add local ::/0 dev lo",
        "ip route add blackhole 93.184.215.15/32 table local",
    ):
        subprocess.run(command.split(), check=True)
    folder = Path(tempfile.mkdtemp(prefix="world-"))
    resolv, hosts = folder / "resolv.conf", folder / "hosts"
    resolv.write_text("nameserver 127.0.0.53\noptions timeout:1 attempts:2\n")
    hosts.write_text("127.0.0.1 localhost\n::1 localhost\n")
    libc = ctypes.CDLL(None, use_errno=True)
    for source, target in ((resolv, "/etc/resolv.conf"), (hosts, "/etc/hosts")):
        path = str(Path(target).resolve())
        if libc.mount(str(source).encode(), path.encode(), None, 4096, None) != 0:  # MS_BIND
            raise OSError(ctypes.get_errno(), f"cannot bind {target}")


class Canary:
    """Listens on every address; notes which one was connected to, and what the greeting named."""

    def __init__(self) -> None:
        self.touched: Counter[str] = Counter()
        self.server_names: list[str | None] = []
        self.hosts: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.touched[writer.get_extra_info("sockname")[0].removeprefix("::ffff:")] += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        host = next(line[6:] for line in head.split("\r\n") if line.lower().startswith("host: "))
        self.hosts.append(host)
        length = next(
            int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-l")
        )
        await reader.readexactly(length)
        if host.startswith("redirect.example"):
            answer = f"HTTP/1.1 302 Found\r\nLocation: http://{METADATA}/\r\nContent-Length: 0\r\n\r\n"
        else:
            answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        writer.write(answer.encode())
        await writer.drain()
        writer.close()

    def see_greeting(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        self.server_names.append(name)


def make_certificates(folder: Path, *names: str) -> tuple[Path, Path]:
    """A self-signed certificate (its own authority) for these names, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem, key_pem


async def _start_canary(canary: Canary, pem: Path, key: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    context.sni_callback = canary.see_greeting  # type: ignore[assignment]
    for port in PORTS:
        await asyncio.start_server(canary.serve, None, port, ssl=context if port == 443 else None)


async def _answer(questions: list[dict[str, Any]]) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    _, names = await loop.create_datagram_endpoint(lambda: NameServer(ZONE), local_addr=("127.0.0.53", 53))
    canary = Canary()
    pem, key = make_certificates(Path(tempfile.mkdtemp()), "good.example", "xn--bcher-kva.example", "flip.example")
    await _start_canary(canary, pem, key)
    answers = []
    clients: dict[str, WebhookClient] = {}
    for question in questions:
        settings = Settings(test_mode=question["test_mode"], webhook_ca_file=str(pem), webhook_timeout_seconds=3)
        if question.get("fresh") or str(settings) not in clients:
            clients[str(settings)] = WebhookClient(settings, AddressGuard(settings))
        refused_at_save = False
        try:
            if not question.get("skip_save"):
                await AddressGuard(settings).check_saved_url(question["url"], question["mode"])
        except TargetRefused:
            refused_at_save = True
        outcome = await clients[str(settings)].post(question["url"], question["mode"], {}, b"{}")
        answers.append(
            {
                "url": question["url"],
                "refused_at_save": refused_at_save,
                "code": outcome.code,
                "error_class": outcome.error_class,
                "error": outcome.error,
            }
        )
    return {
        "answers": answers,
        "touched": canary.touched,
        "server_names": canary.server_names,
        "hosts": canary.hosts,
        "asked": names.asked,
    }


if __name__ == "__main__":
    _prepare_network()
    print(json.dumps(asyncio.run(_answer(json.load(sys.stdin)))))
