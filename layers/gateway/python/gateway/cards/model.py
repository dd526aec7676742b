"""A card as the shopper gives it. Never logged, never stored in clear, never in a message."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Card:
    """`number` is digits only; `expiry_year` has four digits. `repr` shows the last four alone."""

    number: str = field(repr=False)
    expiry_month: int
    expiry_year: int
    cvv: str = field(repr=False)
    holder_name: str = field(repr=False)

    @property
    def last4(self) -> str:
        """The four digits that may be shown."""
        return self.number[-4:]
