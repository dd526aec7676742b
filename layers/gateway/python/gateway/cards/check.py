"""Read a card from a request: format, check digit, network, expiry."""

import re
from datetime import datetime
from typing import Any, Final

from gateway.cards.model import Card
from gateway.errors import BadRequest
from gateway.validation import refuse_near_misses

# Prefix ranges, longest match is not needed: they do not overlap. Source: the contract.
_NETWORKS: Final = (
    ("visa", re.compile(r"4")),
    ("mastercard", re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720")),
    ("amex", re.compile(r"3[47]")),
    ("rupay", re.compile(r"6[05]|8[12]|508")),
)
_NUMBER: Final = re.compile(r"[0-9]{13,19}")
_CVV: Final = re.compile(r"[0-9]{3,4}")
_HOLDER_MAX: Final = 255
_FIELDS: Final = frozenset({"number", "expiry_month", "expiry_year", "cvv", "holder_name"})


def card_network(number: str) -> str:
    """`visa`, `mastercard`, `amex`, `rupay` or `unknown`, by the number's first digits."""
    return next((name for name, prefix in _NETWORKS if prefix.match(number)), "unknown")


def passes_luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def read_card(body: Any, now: datetime) -> Card:
    """The card in a request's `card` object.

    Raises `BadRequest` with the code `INVALID_CARD` or `EXPIRED_CARD`. Error texts never repeat the input.
    """
    if not isinstance(body, dict):
        raise _invalid("card must be an object", "card")
    refuse_near_misses(body, _FIELDS, within="card", code="INVALID_CARD")
    if not isinstance(body.get("number"), str):
        raise _invalid("Card number must be a string of digits", "card.number")
    number = _digits(body["number"])
    if number is None or _NUMBER.fullmatch(number) is None or not passes_luhn(number):
        raise _invalid("Card number is not valid", "card.number")
    month, year = _month(body.get("expiry_month")), _year(body.get("expiry_year"))
    cvv = body.get("cvv")
    if not isinstance(cvv, str) or _CVV.fullmatch(cvv) is None:
        raise _invalid("cvv must be a string of 3 or 4 digits", "card.cvv")
    holder = body.get("holder_name")
    if not isinstance(holder, str) or not 1 <= len(holder.strip()) <= _HOLDER_MAX:
        raise _invalid("holder_name must be 1 to 255 characters", "card.holder_name")
    if (year, month) < (now.year, now.month):
        raise BadRequest("Card has expired", field="card.expiry_year", code="EXPIRED_CARD")
    return Card(number, month, year, cvv, holder.strip())


def _digits(text: str) -> str | None:
    return re.sub(r"[ -]", "", text) if len(text) <= 64 else None


def _whole_number(value: Any, digits: str) -> int | None:
    """An int, or a string of plain ASCII digits: shoppers' forms send both."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        value = str(value)
    return int(value) if isinstance(value, str) and re.fullmatch(digits, value) else None


def _month(value: Any) -> int:
    month = _whole_number(value, "[0-9]{1,2}")
    if month is None or not 1 <= month <= 12:
        raise _invalid("expiry_month must be 1 to 12", "card.expiry_month")
    return month


def _year(value: Any) -> int:
    year = _whole_number(value, "[0-9]{2}|20[0-9]{2}|21[0-9]{2}")
    if year is None:
        raise _invalid("expiry_year must have 2 or 4 digits", "card.expiry_year")
    return year + 2000 if year < 100 else year


def _invalid(text: str, field: str) -> BadRequest:
    return BadRequest(text, field=field, code="INVALID_CARD")
