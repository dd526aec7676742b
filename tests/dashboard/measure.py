"""How long lists take over 100,000 payments and 300,000 deliveries, and how they are planned.

`python -m tests.dashboard.measure` prints a table: median and worst of the first page at the API, until a page of
the dashboard can be used, and by which indexes each list is read. Exits with 1 where a budget is missed or a list
reads a large table from end to end. `--data FOLDER` keeps the past for the next run, `--seed` only makes it.
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.dashboard.browser import DESKTOP, PASSWORD, chromium, log_in, serve_dashboard
from tests.dashboard.plans import explain_to_log, plans_of, reads_whole_table
from tests.support.stack import ROOT, Stack, prepare_database, temporary_folder

PAYMENTS = 100_000
API_BUDGET_MS, PAGE_BUDGET_MS = 150.0, 1_500.0
LISTS = [
    "/payments?limit=25",
    "/payments?limit=25&status=failed",
    "/payments?limit=25&status=success",
    "/payments?limit=25&status=pending",
    "/payments?limit=25&method=card",
    "/payments?limit=25&status=failed&method=card",
    "/payments?limit=25&q=shopper77",
    "/payments?limit=25&q=4242",
    "/payments?limit=25&amount_min=700000",
    "/orders?limit=25",
    "/orders?limit=25&status=attempted",
    "/orders?limit=25&status=created",
    "/orders?limit=25&q=INV-1777",
    "/refunds?limit=25",
    "/refunds?limit=25&status=failed",
    "/events?limit=25",
    "/events?limit=25&event=payment.cancelled",
    "/webhooks?limit=20",
    "/webhooks?limit=20&status=failed",
    "/webhooks?limit=20&status=pending",
    "/webhooks?limit=20&status=success&event=payment.success",
    "/webhooks?limit=20&event=payment.failed",
    "/webhooks?limit=20&event=refund.failed",
    "/requests?limit=25",
    "/requests?limit=25&status=4xx",
    "/audit?limit=50",
    "/audit?limit=50&action=key.revoked",
    "/search?q=INV-1777",
    "/jobs",
    # What nothing matches: the worst that a filter can ask for.
    "/payments?limit=25&q=nobody",
    "/payments?limit=25&amount_min=99999999",
    "/payments?limit=25&status=success&method=card&amount_min=99999999",
    "/payments?limit=25&currency=KWD",
    "/orders?limit=25&q=NONE",
    "/orders?limit=25&amount_min=99999999",
    "/refunds?limit=25&amount_min=99999999",
    "/search?q=nobody@example.com",
]
OVERVIEWS = ["/overview?range=today", "/overview?range=7d", "/overview?range=30d", "/overview?range=90d"]
PAGES = {
    "/dashboard": "total-amount",
    "/dashboard/transactions": "transaction-row",
    "/dashboard/webhooks": "webhook-log-item",
}


def timed(act: Callable[[], object], times: int = 8) -> list[float]:
    """Milliseconds of each run; the first fills the caches of API and database."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def measure_api(api: httpx.Client) -> bool:
    """Print a line per list; whether all are in the budget."""
    good = True
    for path in [*LISTS, *OVERVIEWS]:
        first, *spent = timed(lambda path=path: api.get(path).raise_for_status())  # type: ignore[misc]
        middle = statistics.median(spent)
        # The overview adds up every row of its span; it is no list and has no budget in milliseconds.
        good = good and (middle <= API_BUDGET_MS or path in OVERVIEWS)
        print(f"{middle:8.1f} ms  worst {max(spent):7.1f} ms  first {first:7.1f} ms  {path}", flush=True)
    return good


def measure_pages(url: str) -> bool:
    """Print how long until each page shows its data, by a new tab; whether all are in the budget."""
    good = True
    with chromium() as browser:
        context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
        log_in(context.new_page(), url, "test@example.com", PASSWORD)
        for path, test_id in PAGES.items():
            spent = []
            for _ in range(5):
                page = context.new_page()
                began = time.perf_counter()
                page.goto(url + path, wait_until="commit")
                page.get_by_test_id(test_id).first.wait_for()
                spent.append((time.perf_counter() - began) * 1000)
                page.close()
            middle = statistics.median(spent)
            good = good and middle <= PAGE_BUDGET_MS
            print(f"{middle:8.0f} ms  worst {max(spent):7.0f} ms  {path} shows its data", flush=True)
    return good


def measure_plans(api: httpx.Client, log: Path) -> bool:
    """Print by which indexes each list is read; whether none reads a large table from end to end."""
    good = True
    for path in LISTS:
        scans = plans_of(log, lambda path=path: api.get(path).raise_for_status())  # type: ignore[misc]
        good = good and not any(reads_whole_table(scan) for scan in scans)
        print(f"{path}\n    " + "\n    ".join(scans), flush=True)
    return good


@contextlib.contextmanager
def past(folder: Path) -> Iterator[tuple[Stack, Path]]:
    """A stack, not started, over a database with the past; and the log of its Postgres."""
    # The password counts for a folder that is kept: nobody but this machine reaches it.
    postgres = PostgresServer(folder / "postgres", password="measured here", durable=False)
    redis, done = RedisServer(folder / "redis"), folder / "seeded"
    postgres.start()
    redis.start()
    stack = Stack(postgres.url, redis.url, folder, {"GATEWAY_DASHBOARD_PASSWORD": PASSWORD})
    try:
        prepare_database(postgres.url, {"GATEWAY_DASHBOARD_PASSWORD": PASSWORD})
        if not done.exists():
            command = [sys.executable, "-m", "gateway.cli", "seed-demo", "--payments", str(PAYMENTS)]
            subprocess.run(command, env=stack.env, cwd=ROOT, check=True)
            done.touch()
        yield stack, postgres.log
    finally:
        stack.stop()
        redis.stop()
        postgres.stop()


def measure(stack: Stack, folder: Path, log: Path) -> bool:
    """All three tables; whether all is within its bound."""
    stack.start("api")
    with serve_dashboard(stack.base_url, folder) as url:
        api = httpx.Client(base_url=f"{url}/api/v1", timeout=30)
        body = {"email": "test@example.com", "password": PASSWORD}
        api.headers["X-CSRF-Token"] = api.post("/session", json=body).json()["csrf_token"]
        good = measure_api(api)
        good = measure_pages(url) and good
        explain_to_log(stack.database_url)
        stack.api.stop()
        stack.start("api")
        return measure_plans(api, log) and good


def main() -> int:
    """Build everything, measure, end everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", action="store_true")
    given = parser.parse_args()
    with contextlib.ExitStack() as open_things:
        folder = given.data or open_things.enter_context(temporary_folder())
        folder.mkdir(parents=True, exist_ok=True)
        stack, log = open_things.enter_context(past(folder))
        return 0 if given.seed or measure(stack, folder, log) else 1


if __name__ == "__main__":
    sys.exit(main())
