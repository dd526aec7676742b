"""What the types of Cashfree's own SDK say of a request or an answer.

The SDK is generated from Cashfree's OpenAPI. Its models take what they do not know without a word; here names are
held against them strictly, and then each object is read as the SDK reads it.
"""

import inspect
import json
import re
import typing
import warnings
from typing import Any

from pydantic import BaseModel, ValidationError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is written for an older pydantic
    from cashfree_pg import api_client, models

_CALLS: dict[tuple[str, str], tuple[str | None, str | None]] = {
    ("POST", r"/orders"): ("CreateOrderRequest", "OrderEntity"),
    ("GET", r"/orders/{order_id}"): (None, "OrderEntity"),
    ("PATCH", r"/orders/{order_id}"): ("TerminateOrderRequest", "OrderEntity"),
    ("GET", r"/orders/{order_id}/payments"): (None, "PaymentEntity"),
    ("POST", r"/orders/{order_id}/authorization"): ("AuthorizeOrderRequest", "PaymentEntity"),
    ("POST", r"/orders/{order_id}/refunds"): ("OrderCreateRefundRequest", "RefundEntity"),
    ("GET", r"/orders/{order_id}/refunds"): (None, "RefundEntity"),
    ("GET", r"/orders/{order_id}/refunds/{refund_id}"): (None, "RefundEntity"),
    ("GET", r"/orders/{order_id}/disputes"): (None, "DisputesEntity"),
    ("POST", r"/recon"): ("FetchReconRequest", "ReconEntity"),
    ("POST", r"/settlement/recon"): ("SettlementFetchReconRequest", "SettlementReconEntity"),
    # What it answers is not the entity that the SDK names (that is of one payment): it is read from the documents.
    ("POST", r"/settlements"): ("FetchSettlementsRequest", None),
}
_ERRORS = {
    400: "BadRequestError",
    401: "AuthenticationError",
    404: "ApiError404",
    409: "ApiError409",
    422: "IdempotencyError",
    429: "RateLimitError",
}
_NAMELESS = {"AuthenticationError", "RateLimitError"}
"""Errors whose type leaves out `help`, which all others have."""


def call_of(method: str, path: str) -> tuple[str, str]:
    """The SDK's own name of a call's address. Raises `LookupError` for one that it does not have."""
    for name, pattern in _CALLS:
        if name == method and re.fullmatch("/pg" + re.sub(r"\{\w+\}", r"[\\w-]+", pattern), path):
            return name, pattern
    raise LookupError(f"{method} {path}")


def addresses() -> set[tuple[str, str]]:
    """Every address that the SDK asks, with its method."""
    source = inspect.getsource(api_client.Cashfree)
    return {(method, path) for path, method in re.findall(r"'(/[\w/{}-]+)', '([A-Z]+)'", source)}


def faults_of_call(sent: dict[str, Any]) -> list[str]:
    """What is wrong with one exchange, as a fake has logged it: the request's body and the answer."""
    asked, told = _CALLS[call_of(sent["method"], sent["path"])]
    faults = [] if asked is None else faults_of(asked, json.loads(sent["body"]))
    answer, status = json.loads(sent["answer"]), sent["status"]
    if status in _ERRORS:
        known = {name: value for name, value in answer.items() if name != "help"}
        return faults + faults_of(_ERRORS[status], known if _ERRORS[status] in _NAMELESS else answer)
    for one in answer if isinstance(answer, list) else [answer]:
        faults += [] if told is None else faults_of(told, one)
    return faults


def faults_of(name: str, entity: Any) -> list[str]:
    """What is wrong with an object, by the SDK's model of this name."""
    model = getattr(models, name, None) or _model(name)
    faults = list(_unknown(model, entity, name))
    try:
        model.from_json(json.dumps(entity))
    except (ValidationError, ValueError) as problem:
        faults.append(f"{name}: {problem}")
    return faults


def _model(name: str) -> Any:
    module = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower().replace("_404", "404")
    loaded = __import__(f"cashfree_pg.models.{module.replace('_409', '409')}", fromlist=[name])
    return getattr(loaded, name)


def _unknown(model: type[BaseModel], entity: Any, where: str) -> typing.Iterator[str]:
    """Names that the model does not have, however deep."""
    if "oneof_schema_1_validator" in model.model_fields:
        ways = [way for way in _ways_of(model) if set(entity) <= set(way.model_fields)]
        if not ways:
            yield f"{where}: none of {sorted(entity)} is known"
        for way in ways:
            yield from _unknown(way, entity, where)
        return
    for name, value in entity.items():
        if name not in model.model_fields:
            yield f"{where}.{name} is unknown"
            continue
        inner = _class_in(model.model_fields[name].annotation)
        for one in (value if isinstance(value, list) else [value]) if inner else ():
            if isinstance(one, dict):
                yield from _unknown(inner, one, f"{where}.{name}")  # type: ignore[arg-type]


def _ways_of(model: type[BaseModel]) -> list[type[BaseModel]]:
    fields = [field for name, field in model.model_fields.items() if name.startswith("oneof_schema_")]
    return [found for field in fields if (found := _class_in(field.annotation)) is not None]


def _class_in(hint: Any) -> type[BaseModel] | None:
    """The model inside an annotation: of `Optional[List[Model]]` it is `Model`."""
    if inspect.isclass(hint) and issubclass(hint, BaseModel):
        return hint
    return next((found for part in typing.get_args(hint) if (found := _class_in(part)) is not None), None)
