"""Real clients and proxies that offer another protocol: the JDK's HttpClient, curl, nginx."""

import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.functions.test_upgrade_offers import H2C, authorised, keys
from tests.support.client import Merchant
from tests.support.nginx import Nginx, needs_nginx
from tests.support.stack import Stack
from tests.support.wire import Wire, chunked, request_bytes

HERE = Path(__file__).parent


@pytest.mark.skipif(shutil.which("java") is None, reason="java is not installed")
def test_the_jdks_client_captures_what_it_says(stack: Stack, merchant: Merchant) -> None:
    """Two requests: the second goes over the same connection if the first left it in order."""
    payments = [authorised(merchant)["id"] for _ in range(2)]
    urls = [f"{stack.base_url}/api/v1/payments/{one}/capture" for one in payments]
    program = str(HERE / "clients" / "Capture.java")
    command = ["java", program, merchant.key, merchant.secret, '{"amount":100}', *urls]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    answers = [line.split(" ", 2) for line in ran.stdout.splitlines()]
    assert [(status, version) for status, version, _ in answers] == [("200", "HTTP_1_1")] * 2
    assert [json.loads(body)["amount_captured"] for *_, body in answers] == [100, 100]


@pytest.mark.parametrize("length", ["known", "unknown"])
def test_curl_that_asks_for_http2_captures_what_it_says(stack: Stack, merchant: Merchant, length: str) -> None:
    url = f"{stack.base_url}/api/v1/payments/{authorised(merchant)['id']}/capture"
    headers = [f"{name}: {value}" for name, value in keys(merchant).items()]
    headers += ["Transfer-Encoding: chunked"] if length == "unknown" else []
    command = ["curl", "--silent", "--show-error", "--http2", "--data", '{"amount":100}', "--max-time", "20", url]
    for header in headers:
        command += ["--header", header]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert json.loads(ran.stdout)["amount_captured"] == 100, ran


@needs_nginx
def test_behind_an_nginx_that_passes_offers_on(stack: Stack, merchant: Merchant, tmp_path: Path) -> None:
    """As many configurations do for the sake of websockets, for every request."""
    location = f"""
        proxy_pass {stack.base_url}; proxy_http_version 1.1; proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";
    """
    path = "/api/v1/payments/{}/capture"
    head = keys(merchant)
    with Nginx(tmp_path, location) as nginx:
        for headers in ({}, H2C, {"Connection": "Upgrade", "Upgrade": "websocket"}):
            url = path.format(authorised(merchant)["id"])
            with Wire(nginx.port) as wire:
                known = wire.ask(request_bytes("POST", url, head | headers, b'{"amount":100}'))
            assert (known.status, known.json["amount_captured"]) == (200, 100)
            url = path.format(authorised(merchant)["id"])
            with Wire(nginx.port) as wire:
                parts = request_bytes("POST", url, head | headers | {"Transfer-Encoding": "chunked"})
                unknown = wire.ask(parts + chunked(b'{"amount"', b":100}"))
            assert (unknown.status, unknown.json["amount_captured"]) == (200, 100)
        client = httpx.Client(base_url=nginx.base_url, headers=head)
        for _ in range(20):
            assert client.post("/api/v1/orders", json={"amount": 777}).json()["amount"] == 777
