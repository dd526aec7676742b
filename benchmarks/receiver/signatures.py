"""Both signature schemes of the contract, checked as a merchant would."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping


def legacy_signature_holds(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """`X-Webhook-Signature` is the lower-case hex HMAC-SHA256 of the body under the secret's text."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, headers.get("x-webhook-signature", ""))


def standard_signature_holds(secret: str, body: bytes, headers: Mapping[str, str]) -> bool | None:
    """Standard Webhooks: one of the space-separated `v1,<base64>` signs id, timestamp and body.

    None where it cannot be told: headers absent (a gateway with the legacy scheme only) or a secret
    whose text after `whsec_` is not base64.
    """
    signatures = headers.get("webhook-signature")
    if signatures is None:
        return None
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return None
    signed = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}.".encode()
    expected = base64.b64encode(hmac.new(key, signed + body, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(f"v1,{expected}", signature) for signature in signatures.split(" "))
