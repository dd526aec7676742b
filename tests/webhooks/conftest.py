"""Fixtures of the webhook tests."""

from collections.abc import Iterator

import pytest

from tests.webhooks.receiver import Receiver, running_receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A programmable receiver on a real socket."""
    with running_receiver() as running:
        yield running
