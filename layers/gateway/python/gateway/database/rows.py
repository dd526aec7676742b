"""Rows as dataclasses, by position.

psycopg's `class_row` makes a dict of names for each row: of a page of payments that took longer than all else that
Python does with it. By position a column in the wrong place would be a wrong value, so that the order is looked at
once, at the import.
"""

from dataclasses import fields, is_dataclass
from typing import TypeVar

from psycopg.rows import BaseRowFactory, args_row

T = TypeVar("T")


def rows_as(row: type[T], columns: str) -> BaseRowFactory[T]:
    """psycopg's row factory for statements that select `columns`, comma separated.

    Raises `TypeError` unless they are the fields of the dataclass `row`, in their order.
    """
    names = [field.name for field in fields(row)] if is_dataclass(row) else []
    if [column.strip() for column in columns.split(",")] != names:
        raise TypeError(f"{row.__name__} has the fields {names}, and {columns} is selected")
    return args_row(row)
