"""Many at once with one key, one payment, one capture; and an API that dies with a key in hand."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import httpx

from faults.report import Measure
from faults.world import World
from tests.support.client import Merchant, at_once
from tests.support.stack import Stack, eventually

PROMISES: Final = ("B1", "B2", "B3", "B4", "B5", "B6", "C1", "C2")


def play_races(world: World) -> list[Measure]:
    """The act."""
    rounds = world.plan.profile.races
    with world.product("races") as (stack, _):
        stack.worker.start()
        measures = [_crash_frees_key(stack)]
        merchant = stack.merchant()
        measures += [_one_key(stack, merchant, rounds), _another_request(merchant), _own_and_kept(stack, merchant)]
        measures += [_what_is_kept(stack, merchant), _length(merchant)]
        measures += [_refunds(merchant, rounds), _captures(merchant, rounds)]
    return measures


def _crash_frees_key(stack: Stack) -> Measure:
    """It dies about to accept a payment and once that is committed, and of a refund, which is no batch's, with the
    key taken and before the commit; the same key then works at once.

    Each later life passes its points with the repeated request, and payments with the order as well.
    """
    merchant = stack.test_merchant()

    def payment() -> Callable[[str], httpx.Response]:
        order = merchant.order()
        return lambda key: _pay(merchant, order, key=key)

    def refund() -> Callable[[str], httpx.Response]:
        path = f"/payments/{merchant.paid()['id']}/refunds"
        return lambda key: merchant.api.post(path, json={"amount": 500}, headers={"Idempotency-Key": key})

    lives = [
        ("api.batch_gathered@2", payment),
        ("api.batch_committed@3", payment),
        ("api.committed@2", payment),
        ("api.key_taken", refund),
        ("api.answer_kept@2", refund),
        ("", payment),
    ]
    slowest, before = 0.0, ""
    wrong: list[str] = []
    send: Callable[[str], httpx.Response] | None = None
    for number, (point, prepare) in enumerate(lives):
        stack.api.kill()
        stack.api.env = stack.api.env | {"GATEWAY_FAILPOINT": point}
        stack.start("api")
        if send is not None:
            started = time.monotonic()
            answer = send(f"crash-{number - 1}")
            slowest = max(slowest, time.monotonic() - started)
            replayed = answer.headers.get("Idempotent-Replayed") == "true"
            if answer.status_code != 201 or replayed != before.startswith(
                ("api.batch_committed", "api.committed")
            ):
                wrong.append(f"{before}: {answer.status_code}, replayed {replayed}")
        if point:
            send, before = prepare(), point
            try:
                answer = send(f"crash-{number}")
                wrong.append(f"{point}: answered {answer.status_code}")
            except httpx.TransportError:
                pass
    rows = stack.sql(
        """
        SELECT count(*), count(DISTINCT order_id),
               (SELECT count(*) FROM events WHERE type = 'payment.created'), (SELECT count(*) FROM refunds)
        FROM payments
        """
    )
    if rows != [(5, 5, 5, 2)]:
        wrong.append(f"payments, orders, events, refunds: {rows}")
    text = f"slowest {slowest:.2f} s; {'; '.join(wrong) or 'one payment, refund and event each'}"
    return Measure("B6", not wrong and slowest <= 2, text, "5 points")


def _pay(merchant: Merchant, order: dict[str, Any], key: str, **fields: Any) -> httpx.Response:
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank", **fields}
    return merchant.api.post("/payments", json=body, headers={"Idempotency-Key": key})


def _one_key(stack: Stack, merchant: Merchant, rounds: int) -> Measure:
    rows, bodies, not_replayed, codes, waits = Counter[int](), 0, 0, Counter[int](), 0
    for number in range(rounds):
        order = merchant.order()

        def pay(_: int, order: dict[str, Any] = order, number: int = number) -> tuple[httpx.Response, int]:
            waited = 0
            while (answer := _pay(merchant, order, f"same-{number}")).status_code == 409:
                waited += 1
            return answer, waited

        answers = at_once(50, pay)
        codes.update(answer.status_code for answer, _ in answers)
        waits += sum(waited for _, waited in answers)
        bodies = max(bodies, len({answer.content for answer, _ in answers}))
        not_replayed += sum("Idempotent-Replayed" not in answer.headers for answer, _ in answers)
        [[count]] = stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],))
        rows[count] += 1
    held = rows == {1: rounds} and bodies == 1 and not_replayed == rounds and set(codes) == {201}
    text = f"rows {dict(rows)}, {bodies} different bodies, {not_replayed} not replayed, {waits} × 409 first"
    return Measure("B1", held, text, f"{rounds} rounds of 50, promised on 100")


def _another_request(merchant: Merchant) -> Measure:
    order = merchant.order()
    first = _pay(merchant, order, "other")
    other_body = _pay(merchant, order, "other", vpa="failure@bank").status_code
    headers = {"Idempotency-Key": "other"}
    other_path = merchant.api.post("/orders", json={"amount": 500}, headers=headers).status_code
    kept = _pay(merchant, order, "other").content == first.content
    text = f"body {other_body}, path {other_path}; first answer {'kept' if kept else 'LOST'}"
    return Measure("B2", (other_body, other_path, kept) == (422, 422, True), text)


def _own_and_kept(stack: Stack, merchant: Merchant) -> Measure:
    stranger = stack.merchant()
    mine = _pay(merchant, merchant.order(), "shared-name").json()["id"]
    theirs = _pay(stranger, stranger.order(), "shared-name")
    order = merchant.order()
    first = _pay(merchant, order, "old")
    stack.sql("UPDATE idempotency_keys SET created_at = now() - interval '71 hours' WHERE key = 'old'")
    time.sleep(6)  # the housekeeping comes by every 5 s
    again = _pay(merchant, order, "old")
    kept = again.content == first.content and again.headers.get("Idempotent-Replayed") == "true"
    independent = theirs.status_code == 201 and theirs.json()["id"] != mine
    text = f"replayed after 71 h: {kept}; another merchant's is independent: {independent}"
    return Measure("B3", kept and independent, text)


def _what_is_kept(stack: Stack, merchant: Merchant) -> Measure:
    """A 404 and a 400 stay; a 401 does not take the key."""
    headers = {"Idempotency-Key": "kept-400"}
    bad = merchant.api.post("/orders", json={"amount": 5}, headers=headers)
    bad_again = merchant.api.post("/orders", json={"amount": 5}, headers=headers)
    wrong = {"X-Api-Key": merchant.key, "X-Api-Secret": "wrong", "Idempotency-Key": "kept-401"}
    refused = httpx.post(f"{stack.base_url}/api/v1/orders", json={"amount": 500}, headers=wrong)
    good = merchant.api.post("/orders", json={"amount": 500}, headers={"Idempotency-Key": "kept-401"})
    [[stored]] = stack.sql(
        "SELECT count(*) FROM idempotency_keys WHERE status_code IN (401, 409, 429) OR status_code >= 500"
    )
    kept = bad.content == bad_again.content and bad_again.headers.get("Idempotent-Replayed") == "true"
    held = kept and bad.status_code == 400 and (refused.status_code, good.status_code) == (401, 201) and not stored
    text = (
        f"400 replayed: {kept}; after a 401 the key gives {good.status_code}; {stored} of 401, 409, 429, 5xx kept"
    )
    return Measure("B4", held, text)


def _length(merchant: Merchant) -> Measure:
    codes = [
        merchant.api.post("/orders", json={"amount": 500}, headers={"Idempotency-Key": "k" * length}).status_code
        for length in (255, 256)
    ]
    return Measure("B5", codes == [201, 400], f"{codes[0]}, {codes[1]}")


def _refunds(merchant: Merchant, rounds: int) -> Measure:
    accepted, refunded, told = Counter[int](), Counter[int](), Counter[int]()
    for _ in range(rounds):
        payment = merchant.paid(100_00)
        path = f"/payments/{payment['id']}/refunds"
        answers = at_once(50, partial(_post, merchant, [path], {"amount": 30_00}))
        refused = sum("Refund amount exceeds available amount" in answer.text for answer in answers)
        accepted[sum(answer.status_code == 201 for answer in answers) if refused == 47 else -1] += 1

        def at_the_bank(payment_id: str = payment["id"]) -> dict[str, Any] | None:
            books = merchant.api.get(f"/test/processor/{payment_id}").json()["operations"].get("refund", {})
            return books if books.get("operations", 0) >= 3 else None

        refunded[eventually(at_the_bank, 30, "three refunds at the bank")["amount"]] += 1
        told[eventually(partial(_refunded, merchant, payment["id"]), 30, "three processed refunds")] += 1
    held = accepted == {3: rounds} and refunded == told == {90_00: rounds}
    text = f"accepted {dict(accepted)}, refunded {dict(refunded)} of 10000 at the bank and {dict(told)} with us"
    return Measure("C1", held, text, f"{rounds} rounds of 50")


def _refunded(merchant: Merchant, payment_id: str) -> int | None:
    """`amount_refunded` once all refunds are processed."""
    refunds = merchant.api.get(f"/payments/{payment_id}/refunds").json()
    if any(refund["status"] != "processed" for refund in refunds):
        return None
    return int(merchant.payment(payment_id)["amount_refunded"])


def _captures(merchant: Merchant, rounds: int) -> Measure:
    captured, too_much, winners = Counter[int](), Counter[int](), Counter[int]()
    for _ in range(rounds):
        payment = merchant.paid(80_00, capture="manual")
        path = f"/payments/{payment['id']}"
        too_much[merchant.api.post(f"{path}/capture", json={"amount": 80_01}).status_code] += 1
        answers = at_once(50, partial(_post, merchant, [f"{path}/capture"], {"amount": 50_00}))
        if {(one.status_code, one.json().get("amount_captured")) for one in answers} != {(200, 50_00)}:
            captured[-1] += 1
        captured[_operations(merchant, payment["id"], "capture")["operations"]] += 1

        payment = merchant.paid(70_00, capture="manual")
        path = f"/payments/{payment['id']}"
        answers = at_once(2, partial(_post, merchant, [f"{path}/capture", f"{path}/cancel"], {}))
        winners[sum(answer.status_code == 200 for answer in answers)] += 1
        won = answers[0].status_code == 200
        kind, expected = ("capture", ("success", True)) if won else ("void", ("cancelled", False))
        now = merchant.payment(payment["id"])
        _operations(merchant, payment["id"], kind)
        books = merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]
        if set(books) != {"authorize", kind} or (now["status"], now["captured"]) != expected:
            winners[99] += 1
    held = captured == {1: rounds} and set(too_much) == {400} and winners == {1: rounds}
    text = f"captures {dict(captured)}; too much {dict(too_much)}; winners of capture and void {dict(winners)}"
    return Measure("C2", held, text, f"{rounds} rounds of 50 and of 2")


def _post(merchant: Merchant, paths: Sequence[str], body: dict[str, Any], number: int) -> httpx.Response:
    """The request of one of many at once; several paths in turn."""
    return merchant.api.post(paths[number % len(paths)], json=body)


def _operations(merchant: Merchant, payment_id: str, kind: str) -> dict[str, Any]:
    def ask() -> dict[str, Any] | None:
        found: dict[str, Any] = merchant.api.get(f"/test/processor/{payment_id}").json()["operations"]
        return found.get(kind)

    return eventually(ask, 30, f"a {kind} at the bank")
