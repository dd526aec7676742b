"""Answers that show a webhook secret, without the secret in the idempotency record.

The answer that is kept holds the secret's ciphertext in its place; it is opened on the way out,
also when the answer is replayed.
"""

import base64
import re

from cryptography.exceptions import InvalidTag
from starlette.responses import Response

from gateway.encryption import Keyring
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.endpoints.sealed import SEALED_TEXT, sealed_text


def sealed_secret(endpoint: Endpoint) -> str:
    """What stands for the endpoint's secret until `reveal`."""
    return sealed_text(endpoint.id, endpoint.secret)


def reveal(response: Response, keyring: Keyring) -> Response:
    """The response with its sealed secrets opened. What only looks like one (a merchant's text) stays."""

    def opened(match: re.Match[bytes]) -> bytes:
        try:
            ciphertext = base64.urlsafe_b64decode(match.group(2))
            return keyring.decrypt("webhook", ciphertext, match.group(1).decode())
        except (ValueError, InvalidTag):
            return match.group()

    body = SEALED_TEXT.sub(opened, bytes(response.body))
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Response(body, response.status_code, headers)
