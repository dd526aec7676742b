"""The dashboard's own server and a real Chromium, for tests and screenshots."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from dev.ports import free_port
from tests.support.stack import ROOT, eventually

SERVER = ROOT / "web" / "dashboard" / "dist" / "server.js"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "a long enough sentence"
"""Of everybody in these tests."""
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@contextmanager
def serve_dashboard(api_url: str, folder: Path, checkout_url: str = "http://localhost:3001") -> Iterator[str]:
    """The built server in front of this API; its base URL."""
    assert SERVER.exists(), "build it first: npm run build"
    port = free_port()
    env = {"PATH": os.environ["PATH"], "PORT": str(port), "API_URL": api_url, "GATEWAY_HOST": "127.0.0.1"}
    env["GATEWAY_CHECKOUT_URL"] = checkout_url
    with (folder / "dashboard.log").open("ab") as log:
        process = subprocess.Popen(["node", str(SERVER)], env=env, stdout=log, stderr=log)
    url = f"http://localhost:{port}"

    def ready() -> bool:
        try:
            return httpx.get(f"{url}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        eventually(ready, 20, "the dashboard's server")
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test-id")
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


def log_in(page: Page, url: str, email: str, password: str) -> None:
    """Through the form, as a person does."""
    page.goto(f"{url}/login")
    page.get_by_test_id("email-input").fill(email)
    page.get_by_test_id("password-input").fill(password)
    page.get_by_test_id("login-button").click()
    page.get_by_test_id("dashboard").wait_for()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, one line each."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """async () => {
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
            const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
            return violations.flatMap((one) => one.nodes.map((node) =>
                `${one.id}: ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\\n', ' ')}`));
        }"""
    )
    lines: list[str] = found
    return lines
