"""The master key is exchanged under a product that keeps running, by a command that may be killed."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from cryptography.exceptions import InvalidTag

from dev.redis import RedisServer
from gateway.encryption import Keyring
from gateway.settings import Settings
from tests.support.client import CARD, Merchant
from tests.support.receiver import Receiver
from tests.support.stack import ROOT, Stack, eventually

# The key of the template database, which was seeded in test mode without one.
OLD = base64.b64encode(Settings(TEST_MODE=True).master_key_bytes()).decode()
NEW = base64.b64encode(b"another key, also of 32 bytes...").decode()
CHALLENGE = "4000 0025 0000 3155"


def keyring(*keys: str) -> Keyring:
    return Keyring(*(base64.b64decode(key) for key in keys))


def test_what_one_key_sealed_another_one_cannot_read() -> None:
    sealed = keyring(OLD).encrypt("webhook", b"secret", "we_1")
    with pytest.raises(InvalidTag):
        keyring(NEW).decrypt("webhook", sealed, "we_1")
    both = keyring(NEW, OLD)
    assert both.decrypt("webhook", sealed, "we_1") == b"secret"
    resealed = both.reseal("webhook", sealed, "we_1")
    assert keyring(NEW).decrypt("webhook", resealed, "we_1") == b"secret"
    assert both.reseal("webhook", resealed, "we_1") is resealed
    for purpose, row in (("card", "we_1"), ("webhook", "we_2")):
        with pytest.raises(InvalidTag):
            both.decrypt(purpose, resealed, row)


def test_ciphertexts_from_before_keys_had_ids_still_open() -> None:
    old = keyring(OLD)
    sealed = old.encrypt("webhook", b"secret", "we_1")
    before = b"\x01" + sealed[5:]  # version 1: the same without the id
    assert old.decrypt("webhook", before, "we_1") == b"secret"
    assert keyring(NEW, OLD).reseal("webhook", before, "we_1").startswith(keyring(NEW).prefix)


def test_hashes_follow_the_installation_and_not_the_master_key() -> None:
    first = keyring(OLD)
    first.adopt(first.found_data_keys(None))
    # The key was exchanged before anything was kept: the merchant's secret tells which one it was.
    later = keyring(NEW, OLD)
    later.adopt(later.found_data_keys((keyring(OLD).encrypt("signing", b"x", "m"), "m")))
    assert (
        later.hash_api_secret("secret")
        == first.hash_api_secret("secret")
        == keyring(OLD).hash_api_secret("secret")
    )
    assert later.card_fingerprint("m", "4242") == first.card_fingerprint("m", "4242")
    with pytest.raises(InvalidTag):
        keyring(NEW).adopt(first.found_data_keys(None))


class Shop:
    """A merchant with something sealed in every place."""

    def __init__(self, stack: Stack, receiver: Receiver) -> None:
        self.stack, self.receiver = stack, receiver
        self.merchant: Merchant = stack.merchant()
        stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (self.merchant.key,))
        api = self.merchant.api
        self.body = {"url": receiver.url, "headers": {"X-Shop": "seven"}}
        self.created = self.post("/webhooks/endpoints", self.body, "endpoint")
        self.endpoint = self.created.json()["id"]
        self.rotated = self.post(f"/webhooks/endpoints/{self.endpoint}/rotate-secret", {}, "rotated")
        self.key = self.post("/keys", {"label": "Second"}, "key")
        self.next_signing = self.post("/checkout/signing-secret/rotate", {}, "signing")
        self.signing = api.get("/checkout/signing-secret").json()
        assert self.signing == self.next_signing.json() and self.signing["next_signing_secret"]

    def post(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        answer = self.merchant.api.post(path, json=body, headers={"Idempotency-Key": key})
        assert answer.status_code < 300, answer.text
        return answer

    def is_as_before(self) -> None:
        """Everything that was sealed can be read, and all keys still work."""
        api = self.merchant.api
        for path, body, key, first in (
            ("/webhooks/endpoints", self.body, "endpoint", self.created),
            (f"/webhooks/endpoints/{self.endpoint}/rotate-secret", {}, "rotated", self.rotated),
            ("/keys", {"label": "Second"}, "key", self.key),
            ("/checkout/signing-secret/rotate", {}, "signing", self.next_signing),
        ):
            again = self.post(path, body, key)
            assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
        assert api.get("/checkout/signing-secret").json() == self.signing
        assert (
            api.get(f"/webhooks/endpoints/{self.endpoint}/secret").json()["secret"]
            == self.rotated.json()["secret"]
        )
        made = self.key.json()
        second = {"X-Api-Key": made["key"]["id"], "X-Api-Secret": made["secret"]}
        assert httpx.get(f"{self.stack.base_url}/api/v1/orders", headers=second).status_code == 200
        payment = self.merchant.paid()
        delivered = self.receiver.wait_for("payment.success", payment["id"])
        assert delivered.headers["x-shop"] == "seven"
        assert len(delivered.headers["webhook-signature"].split()) == 2, "both secrets sign during the overlap"


def sealed_rows(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Every value of every bytea column, with where it stands."""
    columns = stack.sql(
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
        "USING (table_schema, table_name) WHERE data_type = 'bytea' AND table_schema = 'public' "
        "AND table_type = 'BASE TABLE'"
    )
    for table, column in columns:
        for (value,) in stack.sql(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'):
            yield f"{table}.{column}", value


def places(stack: Stack, key: str) -> set[str]:
    """Where something stands that is sealed under this master key (also inside an answer's text)."""
    prefix = keyring(key).prefix
    text = base64.urlsafe_b64encode(prefix)[:6]  # 4 bytes of it in base64, whatever follows
    return {where for where, value in sealed_rows(stack) if value.startswith(prefix) or b":" + text in value}


def rotate(stack: Stack, **env: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "keys", "rotate-master", "--batch", "1"],
        env=stack.env | env, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.faults
def test_the_master_key_is_exchanged_under_the_running_product(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    stack, _ = new_stack(GATEWAY_MASTER_KEY=OLD, GATEWAY_MASTER_KEY_PREVIOUS=NEW)
    stack.start()
    with Receiver() as receiver:
        shops = [Shop(stack, receiver) for _ in range(4)]
        card = {
            "order_id": shops[0].merchant.order()["id"],
            "method": "card",
            "card": CARD | {"number": CHALLENGE},
        }
        waiting = shops[0].post("/payments", card, "card").json()["id"]
        sealed_before = places(stack, OLD)
        assert (
            "idempotency_keys.response" in sealed_before and "webhook_endpoints.previous_secret" in sealed_before
        )

        restart(stack, GATEWAY_MASTER_KEY=NEW, GATEWAY_MASTER_KEY_PREVIOUS=OLD)
        shops[1].is_as_before()

        kill_half_way(stack)
        assert {"merchants.signing_secret", "webhook_endpoints.secret"} <= places(stack, NEW)
        assert {"webhook_endpoints.secret", "idempotency_keys.response"} <= places(stack, OLD)
        shops[2].is_as_before()  # half of it under one key, half under the other

        again = rotate(stack)
        output, errors = again.communicate(timeout=60)
        assert again.returncode == 0, errors
        assert sum(one["resealed"] for one in json.loads(output).values()) > 0
        assert places(stack, OLD) == set()
        assert places(stack, NEW) >= sealed_before - {"card_vault.ciphertext"}

        restart(stack, GATEWAY_MASTER_KEY=NEW, GATEWAY_MASTER_KEY_PREVIOUS="")
        for shop in shops:
            shop.is_as_before()
        # Its worker may have been stopped with the card in hand: then it waits for the lease to end.
        asked = "requires_action"
        eventually(lambda: shops[0].merchant.payment(waiting)["status"] == asked, 40, "the challenge")
        assert "request failed" not in stack.logs()


def kill_half_way(stack: Stack) -> None:
    """Start a rotation that meets a locked row at the last endpoint, and kill it there."""
    with psycopg.connect(stack.database_url) as holder:
        holder.execute(
            "SELECT 1 FROM webhook_endpoints WHERE id = (SELECT max(id) FROM webhook_endpoints) FOR UPDATE"
        )
        rotation = rotate(stack)
        waiting = (
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%webhook_endpoints%'"
        )
        eventually(lambda: stack.sql(waiting), what="a rotation that waits")
        rotation.kill()
        rotation.wait()


def restart(stack: Stack, **env: str) -> None:
    stack.stop()
    stack.env.update(env)
    stack.start()


def test_a_key_that_opens_nothing_is_named(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> None:
    stack, _ = new_stack(GATEWAY_MASTER_KEY=NEW, GATEWAY_MASTER_KEY_PREVIOUS="")
    ran = rotate(stack)
    _, errors = ran.communicate(timeout=60)
    assert ran.returncode == 1 and "GATEWAY_MASTER_KEY_PREVIOUS" in errors
