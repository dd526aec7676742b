"""Answer a request once, and the same way every time after that."""

from collections.abc import Awaitable, Callable
from typing import Final

import psycopg

from gateway.database import Connection
from gateway.errors import GatewayError, IdempotencyInProgress, IdempotencyKeyReused
from gateway.failpoint import reach
from gateway.idempotency.model import Answer, RequestKey
from gateway.idempotency.queries import insert_key, lock_claim, select_answer, update_answer
from gateway.tenancy.model import Caller

_TRIES: Final = 3
REUSED: Final = "Idempotency-Key was first used with another request"


async def answer_once(
    tx: Connection,
    caller: Caller,
    key: RequestKey,
    act: Callable[[Connection], Awaitable[Answer]],
    render_error: Callable[[GatewayError], Answer],
    *,
    claimed: bool = False,
) -> tuple[Answer, bool]:
    """Run `act` and keep its answer, or give the kept one: `(answer, was it replayed)`.

    Key, change and answer are one transaction: after a crash the key is free at once. A
    deterministic error is kept like an answer, everything else leaves the key free.
    Raises `IdempotencyKeyReused` for another request under the same key, and
    `IdempotencyInProgress` when the first one has not ended within the lock time-out, or is acting
    outside the database. With `claimed` it is this one that has done so: see `claim_key`.
    """
    for _ in range(_TRIES):
        try:
            async with tx.transaction():
                taken = lock_claim(tx, caller, key.key) if claimed else insert_key(tx, caller, key)
                if await taken:
                    reach("api.key_taken")
                    answer = await _act(tx, act, render_error)
                    await update_answer(tx, caller, key.key, answer)
                    reach("api.answer_kept")
                    return answer, False
        except psycopg.errors.LockNotAvailable:
            break
        kept = await select_answer(tx, caller, key)
        if kept is not None:
            if not kept[0]:
                raise IdempotencyKeyReused(REUSED)
            if kept[1] is None:
                break
            return kept[1], True
        # The rival rolled back between the two statements: the key is free again.
    raise IdempotencyInProgress("The first request with this key has not ended", retry_after=1)


async def _act(
    tx: Connection,
    act: Callable[[Connection], Awaitable[Answer]],
    render_error: Callable[[GatewayError], Answer],
) -> Answer:
    try:
        async with tx.transaction():  # a savepoint: a refused request leaves only its key behind
            return await act(tx)
    except GatewayError as error:
        if not error.deterministic:
            raise
        return render_error(error)
