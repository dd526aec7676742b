"""Examples in the documents: routes."""

from typing import Any, Final

RULE: Final[dict[str, Any]] = {
    "id": "rule_H8sK3jD9s2L1pQr4",
    "account_id": "acct_H8sK3jD9s2L1pQr4",
    "method": "card",
    "network": None,
    "currency": "INR",
    "amount_from": None,
    "amount_to": 5000000,
    "share": 100,
    "created_at": "2026-01-15T10:31:10.123Z",
}
RULES: Final[dict[str, Any]] = {"rules": [RULE], "version": "9f86d081884c7d65"}
NEW_RULES: Final[dict[str, Any]] = {
    "rules": [{"account_id": RULE["account_id"], "method": "card", "currency": "INR", "amount_to": 5000000}]
}
PREVIEW_BODY: Final[dict[str, Any]] = {"method": "card", "currency": "INR", "amount": 50000}
PREVIEW: Final[dict[str, Any]] = {
    "account": {"id": RULE["account_id"], "processor": "stripe", "label": "Shop in the EU"},
    "simulator": False,
    "refusal": None,
    "rules": [
        {
            "rule": RULE | {"id": "rule_K2mN8pQ4rS6tU1vW", "method": "upi"},
            "account": {"id": RULE["account_id"], "processor": "stripe", "label": "Shop in the EU"},
            "why_not": "is for upi",
        },
        {
            "rule": RULE,
            "account": {"id": RULE["account_id"], "processor": "stripe", "label": "Shop in the EU"},
            "why_not": None,
        },
    ],
}
