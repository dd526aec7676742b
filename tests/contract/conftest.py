"""Two merchants who each have one of everything."""

from collections.abc import Iterator

import pytest

from tests.contract.world import World
from tests.support.receiver import Receiver
from tests.support.stack import Stack


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """Answers every webhook with 200."""
    with Receiver() as running:
        yield running


@pytest.fixture(scope="session")
def world(stack: Stack, receiver: Receiver) -> World:
    """The merchant whose ids are used."""
    return World(stack, receiver)


@pytest.fixture(scope="session")
def stranger(stack: Stack, receiver: Receiver) -> World:
    """The merchant who tries them."""
    return World(stack, receiver)
