"""The real thing: images built, the unmodified compose file up, used, hurt and taken down."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.deploy.engine import MODE, Compose, measured, start_engine, stop_engine
from tests.deploy.tools import ROOT
from tests.support.client import Merchant

pytestmark = [
    pytest.mark.containers,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not MODE, reason="a stage of its own: `make test-containers`, or `make test`"),
]
LONG_RUNNERS = {
    "pg_gateway",
    "redis_gateway",
    "gateway_api",
    "gateway_worker",
    "gateway_webhooks",
    "gateway_dashboard",
    "gateway_checkout",
}


@dataclass
class Running:
    """The product in containers, and a merchant's server beside it."""

    compose: Compose
    shop: str

    def seeded(self) -> Merchant:
        """The test merchant."""
        return Merchant(self.compose.api_url, "", "key_test_abc123", "secret_test_xyz789")


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """Built and up. The engine, if it is ours, ends with the tests."""
    with measured("engine"):
        engine, is_ours = start_engine()
    try:
        compose = Compose(engine)
        compose.build(on_stand_ins=is_ours)
        try:
            compose("down", "-v", "--remove-orphans")
            with measured("up and healthy"):
                compose("up", "-d")
                compose.wait_well(LONG_RUNNERS)
            yield Running(compose, compose.start_shop())
        finally:
            compose.stop_shop()
            compose("--profile", "pooler", "--profile", "scale", "down", "-v", "--remove-orphans")
    finally:
        if is_ours:
            stop_engine()


def run_black_box(running: Running) -> None:
    """The whole suite of every host, against the containers."""
    environment = running.compose.env | {
        "BLACKBOX_URL": running.compose.api_url,
        "BLACKBOX_KIND": "containers",
        "BLACKBOX_COMMAND": "docker exec gateway_api gateway",
        "BLACKBOX_SHOP": "http://shop:8080",
        "BLACKBOX_SHOP_CONTROL": running.shop,
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/blackbox", "-q", "-p", "no:cacheprovider", "-n", "4"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    print(done.stdout[-200:])
    assert done.returncode == 0, done.stdout[-4000:]


def test_every_container_is_well_and_migrate_has_ended(running: Running) -> None:
    assert running.compose.states() == dict.fromkeys(LONG_RUNNERS, "healthy") | {"gateway_migrate": "exited 0"}


def test_the_black_box_suite_passes_in_containers(running: Running) -> None:
    run_black_box(running)


def test_a_shopper_pays_in_a_browser(running: Running) -> None:
    order = running.seeded().order(49_900)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.goto(f"{running.compose.checkout_url}/checkout?order_id={order['id']}")
        page.click("[data-test-id=method-upi]")
        page.fill("[data-test-id=vpa-input]", "success@bank")
        page.click("[data-test-id=pay-button]")
        page.wait_for_selector("[data-test-id=success-state]", timeout=30_000)
        browser.close()
    assert running.seeded().api.get(f"/orders/{order['id']}").json()["status"] == "paid"


def test_the_dashboard_passes_the_api_on(running: Running) -> None:
    page = httpx.get(f"{running.compose.dashboard_url}/login", timeout=10)
    assert page.status_code == 200 and "frame-ancestors 'none'" in page.headers["content-security-policy"]
    passed = httpx.get(f"{running.compose.dashboard_url}/api/v1/test/merchant", timeout=10)
    assert passed.json()["api_key"] == "key_test_abc123"


_LOG_IN = """
import json, socket, sys, urllib.request
url, password = sys.argv[1:]
body = json.dumps({"email": "test@example.com", "password": password}).encode()
headers = {"Content-Type": "application/json", "X-Forwarded-For": "203.0.113.9"}
answer = urllib.request.urlopen(urllib.request.Request(url + "/api/v1/session", body, headers))
cookie = answer.headers["Set-Cookie"].split(";")[0]
listed = urllib.request.urlopen(urllib.request.Request(url + "/api/v1/sessions", headers={"Cookie": cookie}))
seen = next(one["address"] for one in json.load(listed)["data"] if one["current"])
print(seen, socket.gethostbyname(socket.gethostname()))
"""


def test_visitors_of_the_dashboard_are_told_apart_and_nobody_may_say_who_he_is(running: Running) -> None:
    """The lock-out counts by address: of the visitor, not of the dashboard's container or of a made-up header."""
    said = running.compose.docker("exec", "gateway_api", "gateway", "seed")
    password = re.search(r"test@example.com / (\S+)", said)
    assert password, said
    for url in ("http://dashboard:3000", "http://api:8000"):
        seen, own = running.compose.visit(_LOG_IN, url, password[1]).split()
        assert seen == own


@pytest.mark.parametrize("page", ["gateway_dashboard", "gateway_checkout"])
@pytest.mark.parametrize("store", ["postgres:5432", "redis:6379"])
def test_the_servers_of_pages_cannot_reach_a_store(running: Running, page: str, store: str) -> None:
    """By name; and by address, where the engine filters between its networks. The one of `deploy/offline` runs
    without iptables, and its host routes everything."""
    service, port = store.split(":")
    container = {"postgres": "pg_gateway", "redis": "redis_gateway"}[service]
    address = running.compose.docker(
        "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container
    ).strip()
    connect = (
        "const s = require('net').connect(Number(process.argv[2]), process.argv[1]);"
        "s.setTimeout(3000, () => { console.log('nothing'); process.exit(0) });"
        "s.on('connect', () => { console.log('reached'); process.exit(0) });"
        "s.on('error', e => { console.log(e.code); process.exit(0) })"
    )
    isolates = subprocess.run(["iptables", "-S", "DOCKER-ISOLATION-STAGE-1"], capture_output=True, check=False)
    for host in (service, address) if isolates.returncode == 0 else (service,):
        assert running.compose.docker("exec", page, "node", "-e", connect, host, port).strip() != "reached"
    assert running.compose.docker("exec", page, "node", "-e", connect, "api", "8000").strip() == "reached"


def test_redis_wants_its_password(running: Running) -> None:
    ask = ["exec", "redis_gateway", "redis-cli", "ping"]
    assert running.compose.docker(*ask).strip() == "PONG"
    assert "NOAUTH" in running.compose.docker(ask[0], "-e", "REDISCLI_AUTH=", *ask[1:])


@pytest.mark.parametrize("names", [["gateway_worker"], ["gateway_api", "gateway_webhooks", "redis_gateway"]])
def test_killed_containers_come_back_and_nothing_is_lost(running: Running, names: list[str]) -> None:
    merchant = running.seeded()
    payments = [merchant.upi(merchant.order()) for _ in range(5)]
    for name in names:
        # From inside, as a crash is: a container that `docker kill` ends is meant to stay down.
        running.compose.docker("exec", "-u", "0", name, "sh", "-c", "kill -9 1 || true")
        subprocess.run(["docker", "kill", name], env=running.compose.env, capture_output=True, check=False)
    running.compose("up", "-d")
    running.compose.wait_well(set(names))
    for payment in payments:
        merchant.settled(payment, seconds=60)


def test_nothing_can_be_written_and_nobody_is_root(running: Running) -> None:
    for name in ("gateway_api", "gateway_worker", "gateway_webhooks", "gateway_dashboard", "gateway_checkout"):
        said = running.compose.docker("exec", name, "sh", "-c", "id -u; touch /probe 2>&1 || true")
        assert not said.startswith("0\n") and "Read-only file system" in said


def test_logs_and_images_hold_no_secret(running: Running) -> None:
    merchant = running.seeded()
    merchant.settled(merchant.card(merchant.order()), seconds=60)
    for name in ("gateway_api", "gateway_worker", "gateway_webhooks"):
        done = subprocess.run(["docker", "logs", name], env=running.compose.env, capture_output=True, text=True)
        assert "4242424242424242" not in done.stdout + done.stderr
    history = running.compose.docker("history", "--no-trunc", "payment-gateway:local")
    config = running.compose.docker("inspect", "-f", "{{json .Config.Env}}", "payment-gateway:local")
    assert "MASTER_KEY" not in history + config and "PASSWORD" not in history + config


@pytest.mark.parametrize(
    ("image", "base", "megabytes"),
    [
        ("payment-gateway:local", "PYTHON_IMAGE", 130),
        ("payment-gateway-web:local", "NODE_IMAGE", 15),
    ],
)
def test_images_hold_little_beside_their_base(running: Running, image: str, base: str, megabytes: int) -> None:
    """Bytes above the base, which is not ours: dependencies, code, pages. docs/deploy.md has the figures."""
    name = re.search(rf"\{{{base}:-([^}}]+)\}}", (ROOT / "docker-compose.yml").read_text())
    assert name
    sizes = [int(running.compose.docker("image", "inspect", "-f", "{{.Size}}", one)) for one in (image, name[1])]
    print(f"{image}: {(sizes[0] - sizes[1]) / 1e6:.1f} MB above its base of {sizes[1] / 1e6:.0f} MB")
    assert sizes[0] - sizes[1] < megabytes * 1_000_000


def test_data_survive_down_and_up_and_everything_works_behind_a_pooler(running: Running) -> None:
    order = running.seeded().order()
    running.compose.stop_shop()
    running.compose("down")
    pooled = {"DATABASE_SERVER": "pgbouncer:6432", "GATEWAY_DATABASE_POOLER": "true"}
    running.compose("--profile", "pooler", "up", "-d", **pooled)
    running.compose.wait_well(LONG_RUNNERS)
    assert running.seeded().api.get(f"/orders/{order['id']}").status_code == 200
    run_black_box(Running(running.compose, running.compose.start_shop()))
    running.compose.stop_shop()


def test_a_backup_is_restored_without_a_loss(running: Running, tmp_path: Path) -> None:
    """With the commands of docs/operations.md."""
    merchant = running.seeded()
    payment = merchant.settled(merchant.upi(merchant.order()), seconds=60)
    running.compose("stop", "api", "worker", "webhooks")  # only so that the rows can be compared with the dump's
    tables = _contents(running)
    dump = "docker exec pg_gateway pg_dump -Fc -U gateway_user payment_gateway"
    running.compose.run(["bash", "-c", f"{dump} > {tmp_path}/gateway.dump"])
    running.compose.stop_shop()
    running.compose("--profile", "pooler", "down", "-v")
    running.compose("up", "-d", "postgres")
    running.compose.wait_well({"pg_gateway"})
    roles = "docker exec -i pg_gateway psql -v owner=gateway_user -U gateway_user payment_gateway"
    running.compose.run(["bash", "-c", f"{roles} < {ROOT}/deploy/sql/create_roles.sql"])
    restore = "docker exec -i pg_gateway pg_restore --exit-on-error -U gateway_user -d payment_gateway"
    running.compose.run(["bash", "-c", f"{restore} < {tmp_path}/gateway.dump"])
    assert _contents(running) == tables
    running.compose("up", "-d")
    running.compose.wait_well(LONG_RUNNERS)
    assert merchant.payment(payment["id"]) == payment


def _contents(running: Running) -> str:
    """Rows of every table of ours, counted and hashed; heartbeats come and go by themselves."""
    query = r"""
        SELECT format('SELECT %L, count(*), md5(string_agg(md5(t::text), %L ORDER BY md5(t::text))) FROM %I.%I t',
                      table_name, '', table_schema, table_name)
        FROM information_schema.tables
        WHERE table_schema IN ('public', 'simulator') AND table_type = 'BASE TABLE'
          AND table_name <> 'worker_heartbeats' ORDER BY 1 \gexec
    """
    psql = "docker exec -i pg_gateway psql -qAt -U gateway_user payment_gateway"
    return running.compose.run(["bash", "-c", f"{psql} <<'SQL'\n{query}\nSQL"])


def test_more_workers_share_the_work(running: Running) -> None:
    scale = ("--scale", "more-workers=2", "--scale", "more-webhooks=2")
    running.compose("--profile", "scale", "up", "-d", *scale)
    more = [name for name in running.compose.states() if "more-" in name]
    assert len(more) == 4
    running.compose.wait_well(set(more))
    merchant = running.seeded()
    payments = [merchant.upi(merchant.order()) for _ in range(50)]
    for payment in payments:
        merchant.settled(payment, seconds=60)
        books = merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]
        assert books["authorize"] == {"operations": 1, "amount": 50_000, "requests": 1}


def test_down_ends_in_good_order(running: Running) -> None:
    began = time.monotonic()
    running.compose("--profile", "pooler", "--profile", "scale", "stop")
    assert time.monotonic() - began < 60
    codes = running.compose.states()
    assert codes["gateway_worker"] == codes["gateway_api"] == "exited 0"
