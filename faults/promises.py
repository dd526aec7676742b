"""The promises that `make faults` measures: what is promised, and how it is measured."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Promise:
    """One promise. `figure` is what holds or does not, `how` is what is done to find out."""

    id: str
    name: str
    figure: str
    how: str


_ALL: Final = (
    Promise("A1", "an accepted payment ends", "0 without an end 60 s after the faults",
            "payments and refunds while API, workers and senders are killed; end states in SQL"),
    Promise("A2", "nothing is charged twice", "1 authorisation per payment, 1 refund per refund",
            "the same; a worker dies before, during and after the bank's call; the bank's books"),
    Promise("A3", "fast recovery", "p99 ≤ 30 s",
            "what a killed worker held, until another claims it; default lease of 20 s"),
    Promise("A4", "a killed API leaves nothing half done", "1 order or payment per key, 0 orphans, 1 event each",
            "the API is killed at random and between its statements; clients retry with the same key"),
    Promise("A5", "Redis is disposable", "2xx with p99 < 1 s, 0 lost, done ≤ 30 s after its return",
            "FLUSHALL, SIGKILL and a stop of Redis while payments are made"),
    Promise("A7", "Postgres may restart", "errors only 503 with Retry-After, 0 commits lost, good ≤ 10 s after",
            "immediate restarts of Postgres while payments are made; no process is restarted"),
    Promise("A8", "graceful stop", "SIGTERM ends ≤ 10 s; nothing failed by it",
            "worker, sender and API are ended in the middle of slow work"),
    Promise("A9", "unknown is not failed", "0 wrong `failed`",
            "payments whose bank answers late or never, in all runs with faults"),
    Promise("A10", "the network may break", "only 503s; good ≤ 30 s after; 0 lost",
            "a proxy before Postgres, Redis and the receiver cuts, delays, half-opens and drips"),
    Promise("B1", "fifty with one key", "1 row, equal bytes, 49 marked as replayed",
            "parallel requests, in rounds"),
    Promise("B2", "a key with another request", "422, the first answer stays", "other body, other path"),
    Promise("B3", "keys are a merchant's own, and kept", "≥ 24 h; another merchant's is independent",
            "a key aged by 71 h in SQL is replayed; the same key of another merchant"),
    Promise("B4", "what is kept", "2xx and deterministic 4xx; never 401, 5xx",
            "requests repeated after their cause is gone"),
    Promise("B5", "length of a key", "255 taken, 256 is a 400", "both"),
    Promise("B6", "a crash frees the key", "the same key works at once: ≤ 2 s once the API is back",
            "the API dies before and after the commit of a batch, and with the key of a refund taken"),
    Promise("C1", "refund race", "exactly 3 of 50 refunds of 30 %; refunded ≤ captured",
            "parallel requests, in rounds"),
    Promise("C2", "capture race", "1 capture at the bank; capture against void: one wins",
            "parallel requests, in rounds"),
    Promise("D1", "every event is delivered", "0 missing; ≤ 1 % repeated",
            "receivers fail one attempt in five, senders are killed; receiver's log against the events"),
    Promise("D3", "a secret is rotated under load", "0 unverifiable; after the overlap only the new one",
            "verified with the package standardwebhooks, both secrets"),
    Promise("D4", "retries are on time", "≤ 2 s early, ≤ 5 s late",
            "arrivals against the schedule; Redis is killed in between"),
    Promise("D5", "first attempts are prompt", "p50 ≤ 150 ms, p99 ≤ 1 s (1.5 s without Redis) at 50 events/s",
            "from the event's moment to its arrival"),
    Promise("D7", "bad neighbours", "healthy p99 ≤ 2 s; a hung endpoint holds ≤ 4",
            "50 endpoints that hang and 50 that drip beside a healthy one"),
    Promise("D10", "circuit breaker", "≤ 1 probe per 30 s after 10 failures; closes on the first success",
            "arrivals at an endpoint that fails, and its neighbour's"),
    Promise("D12", "replay", "each missed event once, same id, new timestamp; survives a restart",
            "retry, recover and resend while the sender is killed"),
    Promise("D15", "the event feed", "100 % of the ids, once, in order per object",
            "a consumer that only polls, while everything is killed; against D1's ids"),
    Promise("P1", "a real processor is asked once", "1 object, charge, capture, release, refund in its books",
            "a worker dies at each point of each verb over a fake processor; the fake's books"),
    Promise("P2", "a payment over a processor ends", "0 without an end; 0 in review",
            "the same; end states in SQL, notices switched off"),
    Promise("P3", "unknown at a processor is not failed", "0 wrong ends",
            "the same; what was paid is a success, what nobody paid has failed, what was cancelled went back"),
    Promise("P4", "over a processor it ends as well", "0 without an end 60 s after the faults, 0 in review",
            "as A1 over two fake processors: workers are killed, doors break; looks of hours come at once"),
    Promise("P5", "over a processor nothing is charged twice", "1 charge per payment, 1 refund per refund",
            "the same; the books of the processors"),
    Promise("P6", "over a processor recovery is fast", "p99 ≤ 30 s",
            "the same; what a killed worker held, until another claims it; default lease of 20 s"),
    Promise("P7", "over a processor unknown is not failed", "0 wrong `failed`",
            "the same; who has paid is a success, however often the processor did not answer"),
    Promise("P8", "an account is sick, another takes over", "all end; 0 charged at both",
            "two accounts at two processors; one refuses connections, answers too late, or with 502 and HTML"),
    Promise("P9", "the next payment goes elsewhere at once", "a success ≤ 3 s after its POST",
            "the same, once its breaker knows, also while that tries the account again; shoppers pay at once"),
    Promise("P10", "without any notice everything ends", "0 without an end; 0 wrong",
            "webhooks of two processors switched off, default schedule and budget; after its first looks each "
            "payment's clock is turned to the next"),
    Promise("P11", "a restore charges nobody twice", "0 charged twice, 0 forgotten",
            "Postgres is restored to before payments that stand at processors; `gateway processors recover`, then "
            "workers and shoppers go on"),
)  # fmt: skip

PROMISES: Final = {promise.id: promise for promise in _ALL}
