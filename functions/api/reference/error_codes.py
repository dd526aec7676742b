"""What each error code means, for people: `docs_url` in every error leads here (`/docs/errors#code`)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """`meaning` is one sentence without its full stop; `remedy` says what to do; `retry` whether to repeat."""

    meaning: str
    remedy: str
    retry: str
    example: str
    example_field: str | None = None


_NEVER: Final = "No: the same request meets the same answer."
_AS_SAID: Final = "Yes, after `Retry-After` seconds, with the same `Idempotency-Key`."

ERROR_CODES: Final[dict[str, ErrorCode]] = {
    "BAD_REQUEST_ERROR": ErrorCode(
        "The input is wrong, or the object is in a state in which this is not possible",
        "`description` says what is wrong, and `field` where. Amounts are integers in the currency's minor unit: "
        "`50000` is ₹500.00; a fraction, a text, `true` or `null` as an order's amount meets the same text as one "
        "that is too small, which older clients look for. A capture needs an authorised payment, "
        "a refund a successful one.",
        _NEVER,
        "amount must be at least 100",
        "amount",
    ),
    "INVALID_VPA": ErrorCode(
        "The UPI address does not look like `name@bank`",
        "Ask the shopper for it again. Allowed are letters, digits, dots, dashes and underscores before the `@`, "
        "and letters and digits after it.",
        _NEVER,
        "vpa must look like name@bank",
        "vpa",
    ),
    "INVALID_CARD": ErrorCode(
        "A card field is wrong: number (13 to 19 digits with a valid check digit), expiry, cvv or holder name",
        "`field` says which; show it to the shopper at that field. The number itself is never repeated.",
        _NEVER,
        "Card number is not valid",
        "card.number",
    ),
    "EXPIRED_CARD": ErrorCode(
        "The card's last month of validity is over",
        "Ask the shopper for another card.",
        _NEVER,
        "Card has expired",
        "card.expiry_year",
    ),
    "AUTHENTICATION_ERROR": ErrorCode(
        "There are no credentials, or they are unknown, wrong, expired or revoked",
        "Send `X-Api-Key` and `X-Api-Secret`, or both as user and password of HTTP Basic. The text is the same "
        "for every cause, so that nobody can find out which keys exist.",
        "No. With other credentials the same `Idempotency-Key` may be used.",
        "Invalid API credentials",
    ),
    "TWO_FACTOR_REQUIRED": ErrorCode(
        "The password is right, and this user's log-in asks for a code as well",
        "Only the dashboard's log-in answers this, never a call with an API key. Send e-mail address and password "
        "again, with the code of the authenticator app, or a recovery code, as `code`.",
        "Yes, with `code`.",
        "Send the code of your authenticator app, or a recovery code, as code",
    ),
    "TWO_FACTOR_INVALID": ErrorCode(
        "The password is right, the code of the second factor is wrong or was used before",
        "Wait for the app's next code: each works once, for about a minute. Is the telephone's clock right? Wrong "
        "codes count towards the lock-out like wrong passwords.",
        "Yes, with another code.",
        "The code is wrong, or was used before",
    ),
    "PERMISSION_ERROR": ErrorCode(
        "The credentials are right, but they do not allow this",
        "Use a key with the scope that `description` names, or ask the owner of the account for the role. A "
        "refund over the daily cap that an owner has set is refused so as well.",
        "No. With other credentials the same `Idempotency-Key` may be used.",
        "This key does not have the scope write",
    ),
    "NOT_FOUND_ERROR": ErrorCode(
        "There is no such object or route for these credentials",
        "Check the id, and that the key is of the same merchant and mode (test or live) as the object. Unknown, "
        "malformed and other merchants' ids are not told apart. Paths have no slash at their end.",
        _NEVER,
        "Order not found",
    ),
    "METHOD_NOT_ALLOWED": ErrorCode(
        "The route exists, but not with this method",
        "The `Allow` header lists the methods it has.",
        _NEVER,
        "Method not allowed on this route",
    ),
    "REQUEST_TIMEOUT": ErrorCode(
        "The request did not arrive in time: its head within `GATEWAY_RECEIVE_SECONDS` (20 unless set otherwise), "
        "its body without a pause of that length",
        "Nothing was done. Send the request in one go; if you did, look at what lies between us.",
        "Yes, with the same `Idempotency-Key`, over a new connection.",
        "The request did not arrive in time",
    ),
    "CONFLICT_ERROR": ErrorCode(
        "Another request is changing the same object this very moment, or something still needs it",
        "Read the object again: the other request may have done what you want. A processor account is removed "
        "once nothing there is in flight, in review or refundable; until then it can be disabled.",
        _AS_SAID,
        "The payment is being changed by another request",
    ),
    "IDEMPOTENCY_IN_PROGRESS": ErrorCode(
        "The first request with this `Idempotency-Key` has not ended yet",
        "Wait; the repeat then gets the first one's answer.",
        _AS_SAID,
        "The first request with this key has not ended",
    ),
    "PROCESSOR_REQUIRED": ErrorCode(
        "There is no processor that takes this merchant's live payments",
        "Nothing was stored. Use a key of test mode, which the simulated bank decides. What that bank once "
        "decided for a live key stays as it is, and is neither captured, cancelled nor refunded: no money moved.",
        "No, not before a processor is connected. Then the same `Idempotency-Key` may be used.",
        "Live is off: connect a processor to take live payments",
    ),
    "PAYLOAD_TOO_LARGE": ErrorCode(
        "The body is larger than `GATEWAY_MAX_BODY_BYTES` (256 KiB unless set otherwise)",
        "No request of this API needs that much; look for what is being sent.",
        _NEVER,
        "The body is larger than 262144 bytes",
    ),
    "UNSUPPORTED_MEDIA_TYPE": ErrorCode(
        "The body is not sent as JSON",
        "Send `Content-Type: application/json`.",
        _NEVER,
        "Content-Type must be application/json",
    ),
    "IDEMPOTENCY_KEY_REUSED": ErrorCode(
        "The `Idempotency-Key` was first used with another method, path or body",
        "Use a fresh key for each thing that you want done, and the same key only to repeat it unchanged.",
        _NEVER,
        "Idempotency-Key was first used with another request",
    ),
    "RATE_LIMITED": ErrorCode(
        "There were too many requests or attempts",
        "Slow down; spread what is not urgent.",
        _AS_SAID,
        "Too many requests",
    ),
    "HEADERS_TOO_LARGE": ErrorCode(
        "Request line and headers are larger than 65,536 bytes, or more than 256 lines",
        "No request of this API needs a hundredth of that; look for what is being sent, cookies first.",
        _NEVER,
        "Request line and headers are larger than 65536 bytes or 256 lines",
    ),
    "INTERNAL_SERVER_ERROR": ErrorCode(
        "Something went wrong on our side",
        "Nothing was kept under the `Idempotency-Key`. Tell the operator the `request_id`: it is in the log.",
        "Yes, with the same `Idempotency-Key`, after a while.",
        "Something went wrong on our side",
    ),
    "SERVICE_UNAVAILABLE": ErrorCode(
        "A part that we cannot do without, the database, is away for the moment; or somebody has stopped live "
        "payments or refunds in an emergency",
        "Nothing is lost: what was answered with 2xx is stored.",
        _AS_SAID,
        "The database is not reachable at the moment",
    ),
}
