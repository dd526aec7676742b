"""A wrong secret and an unknown key cost the same.

Wall clocks on a shared machine say nothing about some microseconds, so this counts what the interpreter does:
the bytecode instructions of one check, which are the same on every run. `python -m benchmarks.credentials`
measures the same over HTTP.
"""

import sys
from collections.abc import Coroutine
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any, Literal

import pytest

from gateway.encryption import Keyring
from gateway.errors import AuthenticationError
from gateway.merchants import authenticate
from gateway.merchants.authenticate import Authenticator
from gateway.tenancy.model import TEST_MERCHANT_ID, ApiKey

KNOWN, UNKNOWN = "key_test_known0000000000", "key_test_unknown00000000"
RIGHT, WRONG = "secret_test_right", "secret_test_wrong"
KEYRING = Keyring(bytes(32))


class NoDatabase:
    """Lends nothing: the statement is replaced below."""

    @asynccontextmanager
    async def connection(self, tenant: object) -> Any:
        yield None

    async def close(self) -> None:
        """Nothing is open."""


ROWS = {
    KNOWN: ApiKey(KNOWN, TEST_MERCHANT_ID, "test", KEYRING.hash_api_secret(RIGHT), frozenset({"read"}), None, None)
}


async def look_up(_: Any, key_id: str) -> ApiKey | None:
    """In place of the statement, whose time the measurement over HTTP includes."""
    return ROWS.get(key_id)


def instructions(work: Coroutine[Any, Any, Any]) -> int:
    """Bytecode instructions that this coroutine takes to its end."""
    count = 0

    def trace(frame: FrameType, event: Literal["call", "line", "return", "exception", "opcode"], _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work.send(None)
    except (StopIteration, AuthenticationError):
        pass
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("warm", [False, True], ids=["first look-up", "from the cache"])
def test_a_wrong_secret_costs_what_an_unknown_key_costs(monkeypatch: pytest.MonkeyPatch, warm: bool) -> None:
    monkeypatch.setattr(authenticate, "select_api_key", look_up)

    def cost(key: str) -> int:
        authenticator = Authenticator(NoDatabase(), KEYRING)
        if warm:
            instructions(authenticator.authenticate(key, WRONG))
        return instructions(authenticator.authenticate(key, WRONG))

    instructions(Authenticator(NoDatabase(), KEYRING).authenticate(KNOWN, WRONG))  # the interpreter specialises
    wrong_secret, unknown_key = cost(KNOWN), cost(UNKNOWN)
    assert wrong_secret > 30, "nothing was counted"
    assert abs(wrong_secret - unknown_key) / wrong_secret < 0.05, (wrong_secret, unknown_key)


def test_secrets_are_compared_as_hashes_of_one_length() -> None:
    """`hmac.compare_digest` takes as long for any two inputs of one length; a long secret is hashed first."""
    assert len(KEYRING.hash_api_secret("x")) == len(KEYRING.hash_api_secret("x" * 10_000)) == 32
