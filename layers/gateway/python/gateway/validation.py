"""Turn a JSON body into a validated model, or into one clear `BadRequest`."""

from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.errors import BadRequest

M = TypeVar("M", bound="RequestModel")


class RequestModel(BaseModel):
    """Base of request bodies: nothing is converted (a string is never a number), unknown fields are ignored.

    `messages` gives the text for a field where clients rely on one.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    messages: ClassVar[dict[str, str]] = {}


def validate(model: type[M], body: dict[str, Any]) -> M:
    """The body as `model`. Raises `BadRequest` naming the first wrong field."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        field = str(first["loc"][0]) if first["loc"] else None
        text = model.messages.get(f"{field}:{first['type']}") or model.messages.get(field or "")
        raise BadRequest(text or f"{path}: {first['msg']}", field=path or None) from None
