"""What the types of Stripe's own SDK say of a request or an answer.

The SDK is generated from Stripe's OpenAPI. Its TypedDicts name every parameter of a call, its classes every field
of an object; here their annotations are read and held against JSON, strictly: a name that is not there is a fault,
a field that is not optional has to be there, and an enum that the SDK leaves open (`Literal[…] | str`) is closed.
"""

import ast
import inspect
import re
import sys
import types
import typing
from functools import cache
from importlib import import_module
from typing import Any

import stripe
import typing_extensions
from stripe._object_classes import get_object_class
from stripe._request_options import RequestOptions

_UNIONS = (typing.Union, types.UnionType)
_PLAIN = {int: "integer", str: "text", bool: "boolean", float: "number"}


def faults_of_answer(entity: Any) -> list[str]:
    """What is wrong with an object of Stripe's, as JSON; lists and errors too."""
    if not isinstance(entity, dict):
        return [f"{type(entity).__name__} is no object"]
    if "error" in entity:
        return _fields(entity["error"], stripe.ErrorObject, "error", whole=False)
    name = entity.get("object")
    if name == "list":
        odd = set(entity) - {"object", "data", "has_more", "url"}
        return [f"list.{field}" for field in odd] + [
            f"[{place}] {fault}" for place, item in enumerate(entity["data"]) for fault in faults_of_answer(item)
        ]
    if name == "event":
        return _fields({**entity, "data": None}, stripe.Event, "event", skip={"data"}) + faults_of_answer(
            entity["data"]["object"]
        )
    return _fields(entity, get_object_class("V1", str(name)), str(name))


def faults_of_request(fields: dict[str, Any], params: type) -> list[str]:
    """What is wrong with the parameters of a call, nested, as a form has them (numbers are text)."""
    return _fields(fields, params, params.__name__, form=True)


def _fields(
    entity: Any, owner: type, where: str, *, whole: bool = True, form: bool = False, skip: set[str] | None = None
) -> list[str]:
    if not isinstance(entity, dict):
        return [f"{where}: {type(entity).__name__} in place of an object"]
    known = {name: hint for name, hint in _annotations(owner).items() if name not in (skip or ())}
    faults = [f"{where}.{name} is unknown" for name in entity if name not in known and name not in (skip or ())]
    for name, hint in known.items():
        inner = f"{where}.{name}"
        if name in entity:
            faults += _value(entity[name], hint, owner, inner, form)
        elif whole and not _may_be_missing(hint, owner, form):
            faults.append(f"{inner} is missing")
    return faults


def _value(value: Any, hint: Any, owner: type, where: str, form: bool) -> list[str]:
    hint = _resolved(hint, owner)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing_extensions.NotRequired, typing_extensions.Required, typing.Annotated):
        return _value(value, arguments[0], owner, where, form)
    if origin in _UNIONS:
        return _any_of(value, arguments, owner, where, form)
    if origin is typing.Literal or origin is typing_extensions.Literal:
        return [] if value in arguments else [f"{where}: {value!r} is none of {arguments}"]
    if origin in (list, dict) or _is_mapping(hint):
        return _items(value, hint, owner, where, form)
    if hint in _PLAIN:
        return _plain(value, hint, where, form)
    if hint is type(None):
        return [] if value is None else [f"{where}: {value!r} is not null"]
    if (inspect.isclass(hint) and hint.__name__ == "ListObject") or _is_list_object(hint):
        return faults_of_answer(value)
    if inspect.isclass(hint):
        return _fields(value, hint, where, form=form)
    return [] if hint is Any else [f"{where}: nothing judges {hint}"]


def _any_of(value: Any, hints: tuple[Any, ...], owner: type, where: str, form: bool) -> list[str]:
    hints = tuple(_resolved(hint, owner) for hint in hints)
    if any(_is_literal(hint) for hint in hints):
        # The SDK lets values of tomorrow pass; who makes values today has no use for that.
        hints = tuple(hint for hint in hints if hint is not str)
    found = [_value(value, hint, owner, where, form) for hint in hints]
    return [] if [] in found else min(found, key=len)


def _items(value: Any, hint: Any, owner: type, where: str, form: bool) -> list[str]:
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is list:
        if form and isinstance(value, dict):
            value = list(value.values())
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        pairs = enumerate(value)
        return [fault for at, item in pairs for fault in _value(item, arguments[0], owner, f"{where}[{at}]", form)]
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is no mapping"]
    return [
        fault
        for name, item in value.items()
        for fault in _value(item, arguments[-1] if arguments else Any, owner, f"{where}.{name}", form)
    ]


def _plain(value: Any, hint: Any, where: str, form: bool) -> list[str]:
    if form and hint is int and isinstance(value, str) and re.fullmatch(r"-?[0-9]+", value):
        return []
    if form and hint is bool and value in ("true", "false"):
        return []
    fits = type(value) is hint or (hint is float and type(value) is int)
    return [] if fits else [f"{where}: {value!r} is no {_PLAIN[hint]}"]


def _may_be_missing(hint: Any, owner: type, form: bool) -> bool:
    hint = _resolved(hint, owner)
    if typing.get_origin(hint) is typing_extensions.NotRequired:
        return True
    if form:
        return False
    return typing.get_origin(hint) in _UNIONS and type(None) in typing.get_args(hint)


def _is_literal(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Literal, typing_extensions.Literal)


def _is_mapping(hint: Any) -> bool:
    of = typing.get_origin(hint) or hint
    return inspect.isclass(of) and of.__name__ == "UntypedStripeObject"


def _is_list_object(hint: Any) -> bool:
    of = typing.get_origin(hint)
    return inspect.isclass(of) and of.__name__ == "ListObject"


@cache
def _annotations(owner: type) -> dict[str, Any]:
    """Of the class; of a call's parameters without the SDK's own options, which are sent as headers."""
    options = RequestOptions.__annotations__ if typing_extensions.is_typeddict(owner) else {}
    hints = inspect.get_annotations(owner)
    return {name: hint for name, hint in hints.items() if name not in options and name != "OBJECT_NAME"}


def _resolved(hint: Any, owner: type) -> Any:
    """A name in quotes is looked up where the class stands, and among what its module imports for checkers."""
    if isinstance(hint, typing.ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        return eval(hint, {}, _Names(sys.modules[owner.__module__]))
    return hint


class _Names(dict[str, Any]):
    def __init__(self, module: types.ModuleType) -> None:
        super().__init__(vars(typing) | vars(module))
        self._module = module

    def __missing__(self, name: str) -> Any:
        place = _imported_for_checkers(self._module).get(name)
        if place is None:
            raise KeyError(name)
        return getattr(import_module(place[0]), place[1])


@cache
def _imported_for_checkers(module: types.ModuleType) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for one in node.body:
                if isinstance(one, ast.ImportFrom) and one.module:
                    found |= {alias.asname or alias.name: (one.module, alias.name) for alias in one.names}
    return found
