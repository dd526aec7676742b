"""Pictures of every page, light and dark, desktop and phone: `python -m tests.dashboard.screenshots OUT`.

Starts a stack of its own, with a past (`gateway seed-demo`) and some payments that are really made.
"""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.dashboard.browser import DESKTOP, PHONE, chromium, log_in, serve_dashboard
from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack, prepare_database, temporary_folder

PASSWORD = "a long enough sentence"
PAGES = {
    "overview": "/dashboard",
    "payments": "/dashboard/transactions",
    "orders": "/dashboard/orders",
    "refunds": "/dashboard/refunds",
    "webhooks": "/dashboard/webhooks",
    "docs": "/dashboard/docs",
    "keys": "/dashboard/keys",
    "requests": "/dashboard/requests",
    "events": "/dashboard/events",
    "jobs": "/dashboard/jobs",
    "test-tools": "/dashboard/test-tools",
    "settings": "/dashboard/settings",
    "team": "/dashboard/team",
    "account": "/dashboard/security",
    "audit": "/dashboard/audit",
}


def make_history(stack: Stack, merchant: Merchant) -> str:
    """A payment with a refund, whose page has something to show; its id."""
    payment = merchant.paid(129_900, receipt="INV-2042")
    merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 29_900, "reason": "one item returned"})
    merchant.settled(merchant.card(merchant.order(49_900), "4000000000009995"), "failed")
    merchant.upi(merchant.order(75_000), "pending@bank")
    return str(payment["id"])


def shoot(page: Page, url: str, out: Path, look: str, pages: dict[str, str]) -> None:
    """One picture a page."""
    for name, path in pages.items():
        page.goto(url + path)
        page.locator("main h1").first.wait_for()
        expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=15_000)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=out / f"{name}-{look}.png", full_page=True)


def main(out: Path, *wanted: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with temporary_folder() as folder:
        postgres, redis = PostgresServer(folder / "postgres", durable=False), RedisServer(folder / "redis")
        postgres.start()
        redis.start()
        prepare_database(postgres.url, {"GATEWAY_DASHBOARD_PASSWORD": PASSWORD})
        stack = Stack(postgres.url, redis.url, folder, {"GATEWAY_DASHBOARD_PASSWORD": PASSWORD})
        try:
            command = [sys.executable, "-m", "gateway.cli", "seed-demo", "--payments", "2000"]
            subprocess.run(command, env=stack.env, cwd=ROOT, check=True)
            stack.start()
            merchant = stack.test_merchant()
            pages = PAGES | {"payment": f"/dashboard/transactions/{make_history(stack, merchant)}"}
            pages = {name: path for name, path in pages.items() if not wanted or name in wanted}
            with serve_dashboard(stack.base_url, folder) as url, chromium() as browser:
                _shoot_all(browser, url, out, pages)
        finally:
            stack.stop()
            redis.stop()
            postgres.stop()


def _shoot_all(browser: object, url: str, out: Path, pages: dict[str, str]) -> None:
    for scheme in ("light", "dark"):
        for device, size in (("desktop", DESKTOP), ("phone", PHONE)):
            context = browser.new_context(  # type: ignore[attr-defined]
                viewport=size, color_scheme=scheme, device_scale_factor=1, reduced_motion="reduce"
            )
            page = context.new_page()
            page.goto(f"{url}/login")
            page.get_by_label("E-mail").wait_for()
            page.screenshot(path=out / f"login-{device}-{scheme}.png")
            log_in(page, url, "test@example.com", PASSWORD)
            shoot(page, url, out, f"{device}-{scheme}", pages)
            context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
