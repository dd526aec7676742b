"""Lists in the documents: parameters and answers."""

import json
from typing import Any, Final

from pydantic import BaseModel

from api.http.lists import CSV
from api.reference.openapi import json_content
from gateway.pages.cells import csv_cell
from gateway.pages.export import Export, csv_columns, csv_values
from gateway.pages.model import DEFAULT_LIMIT, MAXIMUM_LIMIT, Filter, Listing

_OF_FILES: Final[list[dict[str, Any]]] = [
    {
        "name": "time_zone",
        "in": "query",
        "schema": {"type": "string", "maxLength": 64},
        "description": "CSV only: adds each time by the clocks of this zone (IANA name), in a column `…_local`.",
        "example": "Asia/Kolkata",
    },
    {
        "name": "bom",
        "in": "query",
        "schema": {"type": "boolean", "default": False},
        "description": "CSV only: begins the file with a byte-order mark, without which Excel misreads UTF-8.",
    },
]


def list_parameters(listing: Listing[Any]) -> list[dict[str, Any]]:
    """The query parameters of a list, for OpenAPI."""
    paging: list[dict[str, Any]] = [
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT, "default": DEFAULT_LIMIT},
            "description": "Rows of one page. CSV has all of them, whatever the limit.",
            "example": DEFAULT_LIMIT,
        },
        {
            "name": "cursor",
            "in": "query",
            "schema": {"type": "string", "maxLength": 512},
            "description": "`next_cursor` of the page before, with the same filters.",
        },
    ]
    return paging + [_parameter(one) for one in listing.filters] + _OF_FILES


def _parameter(one: Filter) -> dict[str, Any]:
    example: Any = one.example if one.schema["type"] == "string" else json.loads(one.example)
    return {
        "name": one.name,
        "in": "query",
        "schema": one.schema,
        "description": one.description,
        "example": example,
    }


def array_answer(model: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    """The `content` of an answer that is a bare array of `model`, in OpenAPI."""
    row = json_content(model, {})["application/json"]["schema"]
    return {"application/json": {"schema": {"type": "array", "items": row}, "example": [example]}}


def list_answer(
    listing: Listing[Any], model: type[BaseModel], example: dict[str, Any], *, bare: bool = False
) -> dict[str, Any]:
    """The `content` of a list's answer in OpenAPI: pages of `model`; with `bare`, an array of them as well."""
    row = json_content(model, {})["application/json"]["schema"]
    page = {
        "type": "object",
        "required": ["data", "next_cursor", "has_more"],
        "properties": {
            "data": {"type": "array", "items": row},
            "next_cursor": {"type": ["string", "null"], "description": "Where the next page starts."},
            "has_more": {"type": "boolean"},
        },
    }
    array = {"type": "array", "items": row, "description": "Without any query parameter."}
    columns = csv_columns(listing, Export())
    values = csv_values(listing, example | (listing.beside.example if listing.beside else {}), Export())
    cells = [str(csv_cell(values.get(name))) for name in columns]
    return {
        "application/json": {
            "schema": {"oneOf": [page, array]} if bare else page,
            "example": {"data": [example], "next_cursor": None, "has_more": False},
        },
        CSV: {
            "schema": {"type": "string"},
            "example": f"{','.join(columns)}\r\n{','.join(cells)}\r\n",
        },
    }
