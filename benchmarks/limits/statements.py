"""The statements of one order creation and of one payment creation, and what can be made of them.

A recorded statement has its parameters beside it. The identifiers among them (`order_…`, `pay_…`, `evt_…`)
must be new on each run; everything else is repeated as it was recorded.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

Recorded = tuple[str, Any]
"""Query and parameters as they were given to psycopg."""

IDENTIFIER = re.compile(r"\b(order|pay|evt)_[A-Za-z0-9]{16}\b")
_LITERAL = re.compile(r"(?<![A-Za-z0-9_])E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'", re.DOTALL)
"""SQL string constants; in those with the prefix `E` a backslash escapes."""
_COLON = re.compile(r":(?=[A-Za-z_])")
"""pgbench takes `:name` for a variable within string constants too, as in `{"captured":false}`."""
_FIRST, _LAST = 10**15, 10**16 - 1
"""Identifiers made of 16 digits: they pass the schema's CHECK and need no generator in SQL."""


@dataclass(frozen=True, slots=True)
class Statements:
    """What the API executes for one POST /orders and for one POST /payments on `payment_order_id`."""

    order: list[Recorded]
    payment: list[Recorded]
    payment_order_id: str


def read_recorded(file: Path) -> list[Recorded]:
    """Everything in a recording so far."""
    recorded: list[Recorded] = []
    with file.open("rb") as source:
        while True:
            try:
                query, parameters = pickle.load(source)
            except EOFError:
                return recorded
            recorded.append((str(query), parameters))


def renew(parameters: Any, new: Callable[[str], str]) -> Any:
    """The parameters with each identifier replaced by `new(identifier)`, in lists and mappings too."""
    match parameters:
        case str():
            return new(parameters) if IDENTIFIER.fullmatch(parameters) else parameters
        case dict():
            return {name: renew(value, new) for name, value in parameters.items()}
        case list() | tuple():
            return type(parameters)(renew(value, new) for value in parameters)
    return parameters


def pgbench_script(connection: psycopg.Connection[Any], recorded: list[Recorded], *, given: str = "") -> str:
    """A pgbench script of the statements, new identifiers by `\\set` at each transaction.

    `given` is the recorded identifier of an order that has to exist: it becomes `order_<:given>`, counted
    up from 10^15 by each client in its own range; run with `-D n=0` and `-t` ≤ RANGE.
    """
    in_full = psycopg.ClientCursor(connection).mogrify
    statements = [in_full(query, parameters).strip().rstrip(";") for query, parameters in recorded]
    names: dict[str, str] = {given: "given"} if given else {}

    def splice(literal: re.Match[str]) -> str:
        quote = literal[0][: literal[0].index("'") + 1]  # ' or E'

        def variable(found: re.Match[str]) -> str:
            name = names.setdefault(found[0], f"id{len(names)}")
            return f"{found[1]}_' || :{name}::text || {quote}"

        parted = _COLON.sub(f":' || {quote}", literal[0])
        spliced = IDENTIFIER.sub(variable, parted)
        return literal[0] if spliced == literal[0] else f"({spliced})"

    body = [_LITERAL.sub(splice, statement) + ";" for statement in statements]
    sets = [f"\\set {name} random({_FIRST}, {_LAST})" for name in names.values() if name != "given"]
    if given:
        sets += [f"\\set given {_FIRST} + :client_id * {RANGE} + :n", "\\set n :n + 1"]
    return "\n".join([*sets, *body]) + "\n"


RANGE = 1_000_000
"""Orders that each pgbench client may use."""


def given_order_id(client: int, number: int) -> str:
    """The identifier that the script of `client` uses in its transaction `number`, both from 0."""
    return f"order_{_FIRST + client * RANGE + number}"


COPY_ORDER = """
INSERT INTO orders
SELECT (jsonb_populate_record(o, jsonb_build_object('id', copy.id, 'status', 'created'))).*
FROM orders o, unnest(%(ids)s::text[]) AS copy (id) WHERE o.id = %(template)s
"""
"""Makes orders to be paid, alike but for the id, whatever columns the table has."""
