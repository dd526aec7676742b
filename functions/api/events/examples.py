"""Examples in the documents: events."""

from typing import Final

from api.deliveries.examples import PAYLOAD

EVENT: Final = PAYLOAD | {"object_id": "pay_H8sK3jD9s2L1pQr4", "created_at": "2026-01-15T10:31:12.456Z"}
