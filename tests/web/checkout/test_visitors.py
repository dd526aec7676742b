"""The checkout's server asks the API for its visitors: a flood of one costs no other the page."""

from collections.abc import Callable
from pathlib import Path

import httpx

from dev.redis import RedisServer
from tests.support.stack import Stack
from tests.web.checkout.site import CheckoutSite, stack_settings


def test_each_visitor_has_his_own_limit_of_page_loads(
    new_stack: Callable[..., tuple[Stack, RedisServer]], tmp_path: Path
) -> None:
    stack, _ = new_stack(**stack_settings(GATEWAY_RATE_LIMIT_ADDRESS="5/2000"))
    stack.start("api")
    site = CheckoutSite(stack, tmp_path)
    site.start()
    try:
        url = site.page_url(stack.merchant().order()["id"])

        def load(*lines: str) -> int:
            return httpx.get(url, headers=[("X-Forwarded-For", line) for line in lines]).status_code

        assert [load("203.0.113.1") for _ in range(6)] == [200] * 5 + [503]
        assert [load("203.0.113.1, 203.0.113.2:99") for _ in range(6)] == [200] * 5 + [503]
        assert load("203.0.113.1", "203.0.113.3") == 200
        assert load() == 200, "and one who comes directly"
    finally:
        site.stop()
