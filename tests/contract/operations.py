"""The operations of the API, as its own document describes them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from api.app import build_app
from gateway.runtime import build_runtime
from gateway.settings import Settings


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of the code as it is now, not of the file that was written from it."""
    return build_app(build_runtime(Settings(TEST_MODE=True), "api")).openapi()


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    description: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def is_public(self) -> bool:
        """Whether it needs no credentials."""
        return self.description["security"] == []

    @property
    def is_for_people(self) -> bool:
        """Whether only a log-in of the dashboard may call it."""
        return self.description["security"] == [{"Session": []}]

    @property
    def is_idempotent(self) -> bool:
        """Whether it takes an `Idempotency-Key`."""
        return any(parameter["name"] == "Idempotency-Key" for parameter in self.parameters)

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Of path, query and header."""
        found: list[dict[str, Any]] = self.description.get("parameters", [])
        return found

    @property
    def path_parameters(self) -> list[str]:
        """Their names."""
        return [parameter["name"] for parameter in self.parameters if parameter["in"] == "path"]

    def response(self, status: str) -> dict[str, Any]:
        """The description of an answer, its reference followed."""
        response: dict[str, Any] = self.description["responses"][status]
        if "$ref" in response:
            response = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
        return response

    def examples(self, content: dict[str, Any]) -> list[Any]:
        """All examples of a `content` object."""
        found = []
        for media in content.values():
            found += [one["value"] for one in media.get("examples", {}).values()]
            found += [media["example"]] if "example" in media else []
        return found

    def body(self) -> Any:
        """The first example of its body; None if it has none."""
        examples = self.examples(self.description.get("requestBody", {}).get("content", {}))
        return examples[0] if examples else None


@cache
def operations() -> tuple[Operation, ...]:
    """All of them."""
    return tuple(
        Operation(method, path, description)
        for path, methods in document()["paths"].items()
        for method, description in methods.items()
    )
