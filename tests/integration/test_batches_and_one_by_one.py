"""A crowd of requests through batches has the answers, and leaves the rows, of the same crowd one by one."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from dev.postgres import PostgresServer
from tests.conftest import TEMPLATE
from tests.support.client import CARD
from tests.support.in_process import Shop, application, batch_sizes, code_of, is_replayed, one_by_one
from tests.support.stack import copy_database, database_of

UPI: dict[str, Any] = {"method": "upi", "vpa": "success@bank"}
ENDPOINT = """
INSERT INTO webhook_endpoints (id, merchant_id, mode, url, secret, created_at, updated_at)
VALUES ('we_' || left(md5(%s), 16), %s, 'test', 'https://shop.example', '\\x03', now(), now())
"""


class Round:
    """Requests of one moment, by groups within which it does not matter who is first. Groups of two shops race."""

    def __init__(self, chance: random.Random, number: int, orders: Sequence[str]) -> None:
        self.requests: list[tuple[str, str, dict[str, Any], str | None]] = []
        fresh, key = iter(orders), f"{number}-"
        for place in range(6):
            self.add(
                "plain", "/payments", {"order_id": next(fresh)} | UPI, chance.choice([None, f"{key}p{place}"])
            )
        card = {"order_id": next(fresh), "method": "card", "card": CARD}
        for _ in range(4):
            self.add("one key", "/payments", card, f"{key}one")
        wanted = next(fresh)
        for place in range(5):
            self.add("one order", "/payments", {"order_id": wanted} | UPI, f"{key}o{place}")
        for place, body in enumerate(({"amount": 500}, {"amount": 99}, {"amount": 700, "currency": "USD"})):
            self.add(f"order {place}", "/orders", body, chance.choice([None, f"{key}n{place}"]))
            self.add(f"order {place}", "/orders", body, f"{key}twice{place}")
            self.add(f"order {place}", "/orders", body, f"{key}twice{place}")
        self.add("no vpa", "/payments", {"order_id": next(fresh), "method": "upi"}, f"{key}bad")
        self.add("unknown", "/payments", {"order_id": "order_0000000000000000"} | UPI, f"{key}unknown")
        if number:  # of the round before
            self.add("reused", "/payments", {"order_id": next(fresh)} | UPI, f"{number - 1}-one")
            self.add("replayed", "/orders", {"amount": 500}, f"{number - 1}-twice0")
        chance.shuffle(self.requests)

    def add(self, group: str, path: str, body: dict[str, Any], key: str | None) -> None:
        self.requests.append((group, path, body, key))

    async def play(self, shop: Shop) -> Counter[tuple[str, int, str, bool]]:
        """What came of each group, how often."""
        answers = await asyncio.gather(*(shop.post(path, body, key) for _, path, body, key in self.requests))
        of_key: dict[tuple[str, str], set[bytes]] = {}
        for (group, _, _, key), answer in zip(self.requests, answers, strict=True):
            if key is not None:
                of_key.setdefault((group, key), set()).add(answer.content)
        assert all(len(contents) == 1 for contents in of_key.values()), "one key has one answer"
        return Counter(
            (group, one.status_code, "" if one.is_success else code_of(one), is_replayed(one))
            for (group, _, _, _), one in zip(self.requests, answers, strict=True)
        )


ROWS = """
SELECT (SELECT array_agg(a ORDER BY a) FROM (SELECT (amount, currency, status)::text AS a FROM orders) o),
       (SELECT array_agg(a ORDER BY a) FROM (
            SELECT (amount, currency, capture, method, vpa, card_network, card_last4, card_fingerprint IS NULL,
                    status, sequence, work, due_at IS NULL, processor, instrument)::text AS a FROM payments) p),
       (SELECT array_agg(a ORDER BY a) FROM (
            SELECT (with_query, status_code, encode(request_hash, 'hex') <> '')::text AS a
            FROM idempotency_keys) k),
       (SELECT array_agg(a ORDER BY a) FROM (SELECT (type, sequence, mode)::text AS a FROM events) e),
       (SELECT array_agg(a ORDER BY a) FROM (
            SELECT (event_type, status, attempts, due_at IS NULL)::text AS a FROM deliveries) d),
       (SELECT count(*) FROM card_vault)
"""


@pytest.mark.parametrize(("seed", "behind_pooler"), [(1, False), (2, False), (3, True)])
async def test_a_crowd_of_two_merchants_leaves_what_it_leaves_one_by_one(
    postgres: PostgresServer, seed: int, behind_pooler: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes, rows, sizes = [], [], batch_sizes(monkeypatch)
    for alone in (True, False):
        chance = random.Random(seed)
        url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
        async with application(url, database_pooler=behind_pooler) as app:
            if alone:
                one_by_one(app)
            shops = [await app.shop(), await app.shop()]
            for shop in shops:
                await app.sql(ENDPOINT, [shop.id, shop.id])
            found: list[Any] = []
            for number in range(3):
                rounds = [Round(chance, number, await shop.orders(10)) for shop in shops]
                played = [one.play(shop) for one, shop in zip(rounds, shops, strict=True)]
                found += await asyncio.gather(*played)
            outcomes.append(found)
            rows.append(await app.sql(ROWS))
        assert bool(sizes) != alone
    assert outcomes[0] == outcomes[1]
    assert rows[0] == rows[1]
    assert max(sizes) > 8
