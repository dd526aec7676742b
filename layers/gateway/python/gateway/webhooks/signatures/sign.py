"""The two signatures on every webhook.

* Legacy: `X-Webhook-Signature`, hex HMAC-SHA256 of the body; the key is the secret's text
  (Razorpay's scheme, and the contract's).
* Standard Webhooks 1.0 (standardwebhooks.com): `webhook-signature: v1,<base64>` over
  `id.timestamp.body`; the key is what base64 says after `whsec_`.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

_PREFIX: Final = "whsec_"


def new_webhook_secret() -> str:
    """`whsec_` and 32 random bytes in base64: valid in both schemes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign_legacy(secret: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 of the exact body under the secret's text."""
    return hmac.digest(secret.encode(), body, hashlib.sha256).hex()


def sign_standard(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """`v1,<base64>` over `event_id.timestamp.body`; `timestamp` is this attempt's, in unix seconds."""
    signed = b"%s.%d.%s" % (event_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(_standard_key(secret), signed, hashlib.sha256)).decode()


def webhook_headers(secrets_in_use: Sequence[str], event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers of one attempt. The first secret is the current one; a rotation's old one follows it."""
    return {
        "Content-Type": "application/json",
        "X-Webhook-Signature": sign_legacy(secrets_in_use[0], body),
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            sign_standard(secret, event_id, timestamp, body) for secret in secrets_in_use
        ),
    }


def _standard_key(secret: str) -> bytes:
    """The bytes after `whsec_`; a secret that is not base64 (the seeded one) is its own text."""
    text = secret.removeprefix(_PREFIX)
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return text.encode()
