"""Examples in the documents: webhook config."""

from typing import Any, Final

from api.deliveries.examples import DELIVERY
from api.endpoints.examples import SECRET_TEXT
from api.http.shapes import ENDPOINT_ID

CONFIG: Final[dict[str, Any]] = {
    "webhook_url": "https://shop.example/webhooks",
    "webhook_secret": SECRET_TEXT,
    "endpoint_id": ENDPOINT_ID,
    "events": None,
    "status": "enabled",
    "disabled_reason": None,
}

VERIFY: Final[dict[str, Any]] = {
    "body": '{"event": "payment.success", "id": "evt_8sHk2LmNq0PzRtVw"}',
    "headers": {
        "webhook-id": "evt_8sHk2LmNq0PzRtVw",
        "webhook-timestamp": "1768473132",
        "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    },
    "secret": CONFIG["webhook_secret"],
}
VERIFICATION: Final[dict[str, Any]] = {
    "valid": False,
    "legacy": False,
    "standard": False,
    "endpoint_id": ENDPOINT_ID,
    "event_id": DELIVERY["event_id"],
    "problems": [
        {
            "code": "reserialised_body",
            "message": "The body was parsed and printed again",
            "fix": "Verify the raw bytes of the request before anything parses them.",
        }
    ],
}
