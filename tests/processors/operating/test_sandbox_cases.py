"""The cases of `make test-sandbox` hold where they can be tried: at the fakes."""

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Credentials
from gateway.processors.registry import CONNECTORS
from tests.processors.sandbox.run import CASES, run
from tests.support.fake_door import FakeDoor
from tests.support.processors import KEYS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_case_holds_at_the_fake(fake: FakeDoor, case: type) -> None:
    client = ProcessorClient(fake.url, 5)
    keys = KEYS[fake.name]
    await case(CONNECTORS[fake.name].build(Credentials(keys.public, keys.secrets), "test", client))
    await client.close()


async def test_without_keys_a_processor_is_left_out_and_said_to_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STRIPE_TEST_SECRET_KEY", raising=False)
    assert await run("stripe") is None
    assert "STRIPE_TEST_SECRET_KEY" in capsys.readouterr().out


async def test_live_keys_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_TEST_PUBLISHABLE_KEY", "pk_live_x")
    monkeypatch.setenv("STRIPE_TEST_SECRET_KEY", "sk_live_x")
    with pytest.raises(SystemExit, match="no test keys"):
        await run("stripe")
