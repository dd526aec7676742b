"""The words of this package.

*due*: a row whose `due_at` has come. *claim*: take due rows under a lease. *drain*: work off
what is due. *wake*: the hint that something may be due. *sweep*: look without a hint.
"""

from collections.abc import Sequence
from typing import Final, Literal, Protocol, TypeVar

Kind = Literal["payments", "refunds", "webhooks"]
KINDS: Final[tuple[Kind, ...]] = ("payments", "refunds", "webhooks")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Workload(Protocol[T]):
    """One kind of work: the four things that a drain does with it.

    An item is claimed when `claim` has committed. `work` commits what it has come to before it
    returns, and only if the item's lease is still its own.
    """

    @property
    def kind(self) -> Kind:
        """The kind's name."""

    async def claim(self, limit: int) -> Sequence[T]:
        """Up to `limit` due items, for the length of a lease."""

    async def work(self, item: T) -> int:
        """Do and finish one item. Returns how many webhook deliveries became due by it."""

    async def renew(self, items: Sequence[T]) -> None:
        """Lengthen the leases of items that are still in work."""

    async def release(self, items: Sequence[T]) -> None:
        """Give items back that will not be finished here."""


class Taker(Protocol[T_co]):
    """A workload that takes rows which were handed over to it, claimed (see `handover`)."""

    def has_room(self) -> bool:
        """Whether more may come at the moment. Called from any thread."""

    def take(self, body: bytes) -> Sequence[T_co]:
        """The items that were handed over in these bytes, less what there is no use for."""


class Queue(Protocol):
    """Carries hints. Losing, repeating or reordering them must be harmless."""

    async def send(self, kind: Kind) -> None:
        """Tell whoever drains this kind that something may be due. May raise anything."""

    async def is_reachable(self) -> bool:
        """Whether hints can be carried at the moment."""

    async def close(self) -> None:
        """Close what is open."""
