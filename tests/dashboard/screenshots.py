"""Pictures of every page, light and dark, desktop and phone: `python -m tests.dashboard.screenshots OUT`.

Starts a stack of its own, with a past (`gateway seed-demo`) and some payments that are really made. Dialogs, empty
and failed states are among the pictures (`tests.dashboard.scenes`), and a merchant who has nothing yet.
"""

import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, expect

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.dashboard.browser import DESKTOP, PASSWORD, PHONE, chromium, log_in, serve_dashboard
from tests.dashboard.conftest import Person
from tests.dashboard.money import allow_all, make_matters
from tests.dashboard.scenes import SCENES, Past
from tests.processors.fakes.stripe import StripeFake
from tests.processors.fakes.thread import running
from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack, prepare_database, temporary_folder
from tests.web.checkout.site import CheckoutSite

PAGES = {
    "overview": "/dashboard",
    "payments": "/dashboard/transactions",
    "orders": "/dashboard/orders",
    "refunds": "/dashboard/refunds",
    "disputes": "/dashboard/disputes",
    "unexpected": "/dashboard/unexpected",
    "webhooks": "/dashboard/webhooks",
    "docs": "/dashboard/docs",
    "keys": "/dashboard/keys",
    "requests": "/dashboard/requests",
    "events": "/dashboard/events",
    "jobs": "/dashboard/jobs",
    "test-tools": "/dashboard/test-tools",
    "settings": "/dashboard/settings",
    "processors": "/dashboard/processors",
    "routing": "/dashboard/routing",
    "going-live": "/dashboard/live",
    "review": "/dashboard/review",
    "team": "/dashboard/team",
    "account": "/dashboard/security",
    "audit": "/dashboard/audit",
}


NEWCOMER = "newcomer@example.com"


@dataclass(frozen=True)
class Look:
    """How the pictures of one round are taken."""

    scheme: str
    device: str
    size: dict[str, int]

    def __str__(self) -> str:
        return f"{self.device}-{self.scheme}"


LOOKS = [
    Look(scheme, device, size)
    for scheme in ("light", "dark")
    for device, size in (("desktop", DESKTOP), ("phone", PHONE))
]


def make_history(stack: Stack, merchant: Merchant, owner: httpx.Client, stripe_url: str) -> Past:
    """A payment with a refund, whose page has something to show; then a processor's account and its trouble."""
    allow_all(stack, merchant)
    payment = merchant.paid(129_900, receipt="INV-2042")
    merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 29_900, "reason": "one item returned"})
    merchant.settled(merchant.card(merchant.order(49_900), "4000000000009995"), "failed")
    merchant.upi(merchant.order(75_000), "pending@bank")
    merchant.api.post("/orders", json={"amount": 1})
    matters = make_matters(stack, merchant, owner, stripe_url)
    late = matters.late
    return Past(payment["id"], payment["order_id"], matters.disputed["id"], late["id"], late["order_id"])


def settle(page: Page) -> None:
    """Until nothing is loading and the page's height stays."""
    page.locator("main h1").first.wait_for()
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=15_000)
    page.evaluate(
        """async () => {
            await document.fonts.ready;
            let [height, same] = [0, 0];
            while (same < 12) {
                await new Promise(requestAnimationFrame);
                const now = document.documentElement.scrollHeight;
                same = now === height ? same + 1 : 0;
                height = now;
            }
        }"""
    )


def shoot(page: Page, url: str, out: Path, look: Look, paths: dict[str, str]) -> None:
    """One picture a page."""
    for name, path in paths.items():
        page.goto(url + path)
        settle(page)
        if name == "settings":
            page.frame_locator("[data-test-id=checkout-preview]").get_by_test_id("pay-button").wait_for()
        page.screenshot(path=out / f"{name}-{look}.png", full_page=True)


def shoot_all(browser: Browser, url: str, out: Path, past: Past, wanted: tuple[str, ...]) -> None:
    """Everything in each look; only what is `wanted`, where something is."""
    paths = PAGES | past.paths
    for look in LOOKS:
        context = browser.new_context(
            viewport=look.size,  # type: ignore[arg-type]
            color_scheme=look.scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(f"{url}/login")
        page.get_by_label("E-mail").wait_for()
        page.screenshot(path=out / f"login-{look}.png")
        log_in(page, url, NEWCOMER, PASSWORD)
        shoot(page, url, out, look, {"first-steps": "/dashboard"} if not wanted or "first-steps" in wanted else {})
        context.clear_cookies()
        log_in(page, url, "test@example.com", PASSWORD)
        shoot(page, url, out, look, {name: path for name, path in paths.items() if not wanted or name in wanted})
        for name, act in SCENES.items():
            if not wanted or name in wanted:
                act(page, url, past)
                page.screenshot(path=out / f"{name}-{look}.png")
        context.close()


def main(out: Path, *wanted: str) -> None:
    """Build everything, take the pictures, end everything."""
    out.mkdir(parents=True, exist_ok=True)
    with temporary_folder() as folder, ExitStack() as several:
        postgres, redis = PostgresServer(folder / "postgres", durable=False), RedisServer(folder / "redis")
        postgres.start()
        redis.start()
        prepare_database(postgres.url, {"GATEWAY_DASHBOARD_PASSWORD": PASSWORD})
        fake = several.enter_context(running(StripeFake()))
        settings = {"GATEWAY_DASHBOARD_PASSWORD": PASSWORD, "GATEWAY_STRIPE_URL": fake[1]}
        stack = Stack(postgres.url, redis.url, folder, settings | {"GATEWAY_UNEXPECTED_REFUNDS": "false"})
        checkout = CheckoutSite(stack, folder)
        stack.env["GATEWAY_CHECKOUT_URL"] = checkout.url
        try:
            command = [sys.executable, "-m", "gateway.cli", "seed-demo", "--payments", "2000"]
            subprocess.run(command, env=stack.env, cwd=ROOT, check=True)
            stack.start()
            command = [sys.executable, "-m", "gateway.cli", "users", "create-owner", stack.merchant().id, NEWCOMER]
            subprocess.run(command, env=stack.env | {"GATEWAY_NEW_PASSWORD": PASSWORD}, cwd=ROOT, check=True)
            owner = Person(stack, "test@example.com").logged_in()
            past = make_history(stack, stack.test_merchant(), owner.client, fake[1])
            with serve_dashboard(stack.base_url, folder, checkout.url) as url, chromium() as browser:
                checkout.env["GATEWAY_DASHBOARD_URL"] = url
                checkout.start()
                shoot_all(browser, url, out, past, wanted)
        finally:
            checkout.stop()
            stack.stop()
            redis.stop()
            postgres.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
