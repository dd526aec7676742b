"""Rows are read by position: a column in the wrong place is found at the import."""

from dataclasses import dataclass

import pytest

from gateway.database.rows import rows_as
from gateway.orders.model import Order
from gateway.orders.queries import COLUMNS
from gateway.pages.model import Listing


@dataclass(frozen=True, slots=True)
class _Transfer:
    id: str
    amount: int
    fee: int

    def as_json(self) -> dict[str, object]:
        return {"id": self.id}


@pytest.mark.parametrize("columns", ["id, fee, amount", "id, amount", "id, amount, fee, currency", ""])
def test_columns_that_are_not_the_fields_in_their_order_are_refused(columns: str) -> None:
    with pytest.raises(TypeError, match="_Transfer has the fields"):
        rows_as(_Transfer, columns)
    with pytest.raises(TypeError, match="_Transfer has the fields"):
        Listing(name="transfers", select=f"SELECT {columns} FROM transfers", row=_Transfer, columns=(), filters=())


def test_a_class_without_fields_is_refused() -> None:
    with pytest.raises(TypeError, match="int has the fields"):
        rows_as(int, "id")


def test_the_fields_in_their_order_are_taken() -> None:
    rows_as(_Transfer, "id, amount, fee")
    rows_as(Order, COLUMNS)
    Listing(
        name="transfers",
        select="SELECT id, amount, fee FROM (SELECT * FROM transfers) open",
        row=_Transfer,
        columns=(),
        filters=(),
    )
