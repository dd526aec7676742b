"""The closed set of errors that a caller can cause or meet.

An error carries the public `code` of the API contract and a text that is safe to show.
Its HTTP status is given once, in `functions/api/errors.py`. Outcomes of the business
(a declined card, an endpoint that answered 503) are values, not errors.
"""


class GatewayError(Exception):
    """Base of all errors below.

    `deterministic`: repeating the same request would meet the same answer, so an
    idempotency key may keep it. `retry_after`: seconds after which a repeat makes sense.
    """

    code = "INTERNAL_SERVER_ERROR"
    deterministic = False

    def __init__(self, description: str, *, field: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.description = description
        self.field = field
        self.retry_after = retry_after


class AuthenticationError(GatewayError):
    """No credentials, unknown or wrong ones. One text for all, so that nothing can be probed."""

    code = "AUTHENTICATION_ERROR"

    def __init__(self) -> None:
        super().__init__("Invalid API credentials")


class SignatureRefused(GatewayError):
    """A processor's notice whose signature does not hold. The text says why, and never which secret is right."""

    code = "AUTHENTICATION_ERROR"


class PermissionDenied(GatewayError):
    """The credentials are right, their scope is not."""

    code = "PERMISSION_ERROR"


class BadRequest(GatewayError):
    """Bad input, or a state in which the request is not legal."""

    code = "BAD_REQUEST_ERROR"
    deterministic = True

    def __init__(self, description: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(description, field=field)
        if code is not None:
            self.code = code


class NotFound(GatewayError):
    """Unknown, malformed, or another merchant's: the three cannot be told apart."""

    code = "NOT_FOUND_ERROR"
    deterministic = True


class Conflict(GatewayError):
    """The row is being changed by somebody else right now."""

    code = "CONFLICT_ERROR"


class ProcessorRequired(GatewayError):
    """A live order or payment of a merchant who has no processor for it."""

    code = "PROCESSOR_REQUIRED"

    def __init__(self, description: str | None = None) -> None:
        super().__init__(description or "Live is off: connect a processor to take live payments")


class IdempotencyInProgress(GatewayError):
    """The first request with this key has not ended yet."""

    code = "IDEMPOTENCY_IN_PROGRESS"


class IdempotencyKeyReused(GatewayError):
    """The key was first used with another path or body."""

    code = "IDEMPOTENCY_KEY_REUSED"


class PayloadTooLarge(GatewayError):
    """The body is over `GATEWAY_MAX_BODY_BYTES`."""

    code = "PAYLOAD_TOO_LARGE"


class HeadersTooLarge(GatewayError):
    """Request line and headers are over their bound."""

    code = "HEADERS_TOO_LARGE"


class RequestTimeout(GatewayError):
    """The request did not arrive within `GATEWAY_RECEIVE_SECONDS`."""

    code = "REQUEST_TIMEOUT"


class UnsupportedMediaType(GatewayError):
    """The body is not JSON."""

    code = "UNSUPPORTED_MEDIA_TYPE"


class RateLimited(GatewayError):
    """Too many requests in the window."""

    code = "RATE_LIMITED"


class Unavailable(GatewayError):
    """A part we cannot do without (the database) is away for the moment."""

    code = "SERVICE_UNAVAILABLE"


class Stopped(Unavailable):
    """The emergency stop: nothing new of this kind is taken until a person ends it."""
