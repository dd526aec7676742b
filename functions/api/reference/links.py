"""OpenAPI links: what an answer's id can be used for. Programs that explore the API follow them."""

from typing import Any, Final

_ID: Final = "$response.body#/id"

# Operation, status of the answer, parameters that the answer names, and where in it they stand.
_PRODUCERS: Final[tuple[tuple[str, str, dict[str, str]], ...]] = (
    ("post_order", "201", {"order_id": _ID}),
    ("get_orders", "200", {"order_id": "$response.body#/data/0/id"}),
    ("post_payment", "201", {"payment_id": _ID, "job_id": _ID}),
    ("post_public_payment", "201", {"payment_id": _ID}),
    ("post_refund", "201", {"refund_id": _ID}),
    ("get_unexpected_payments", "200", {"unexpected_id": "$response.body#/data/0/id"}),
    ("get_jobs", "200", {"job_id": "$response.body#/data/0/id"}),
    (
        "get_operations",
        "200",
        {"job_id": "$response.body#/data/0/object_id", "payment_id": "$response.body#/data/0/payment_id"},
    ),
    ("get_disputes", "200", {"dispute_id": "$response.body#/data/0/id"}),
    ("get_events", "200", {"event_id": "$response.body#/data/0/id"}),
    ("post_endpoint", "201", {"endpoint_id": _ID}),
    ("get_endpoints", "200", {"endpoint_id": "$response.body#/data/0/id"}),
    ("post_account", "201", {"account_id": _ID}),
    ("get_accounts", "200", {"account_id": "$response.body#/data/0/id"}),
    ("post_recover", "202", {"recovery_id": _ID}),
    ("get_log", "200", {"delivery_id": "$response.body#/data/0/id"}),
    ("post_key", "201", {"key_id": "$response.body#/key/id"}),
    ("post_rotate", "201", {"key_id": "$response.body#/key/id"}),
    ("post_member", "201", {"user_id": "$response.body#/user/id"}),
    ("get_requests", "200", {"request_id": "$response.body#/data/0/request_id"}),
    ("get_sessions", "200", {"session_id": "$response.body#/data/0/id"}),
)
# Operations that take an id in their body.
_BODIES: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("post_order", "201", "post_payment", {"order_id": _ID, "method": "upi", "vpa": "success@bank"}),
    ("post_order", "201", "post_public_payment", {"order_id": _ID, "method": "upi", "vpa": "success@bank"}),
    ("post_account", "201", "put_routes", {"rules": [{"account_id": _ID}]}),
    ("post_endpoint", "201", "post_recover", {"endpoint_id": _ID, "since": "2026-01-15T10:00:00.000Z"}),
)


def add_links(document: dict[str, Any]) -> None:
    """Put the links into the answers of a complete document."""
    operations = {
        operation["operationId"]: operation
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    for producer, status, parameters in _PRODUCERS:
        links = operations[producer]["responses"][status].setdefault("links", {})
        for name, operation in operations.items():
            taken = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            if len(taken) == 1 and taken <= parameters.keys():
                [parameter] = taken
                links[name] = {"operationId": name, "parameters": {parameter: parameters[parameter]}}
    for producer, status, name, body in _BODIES:
        links = operations[producer]["responses"][status].setdefault("links", {})
        links[name] = {"operationId": name, "requestBody": body}
