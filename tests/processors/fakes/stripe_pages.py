"""Stripe's side in the browser: the script, the frame of the Payment Element, the bank's page.

Cards: `4000000000000002` and `…9995` are declined, `4000002500003155` asks for 3-D Secure over the page,
`4000000000003063` leads the shopper to the bank and back, `4000000000000077` takes its time, others are paid.
UPI: a code over the page on a desktop, on a phone a page of Stripe's with links to apps, which leads back.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.processors.fakes import pages
from tests.processors.fakes import stripe_objects as objects
from tests.processors.fakes.exchange import FakePage, FakeRequest
from tests.processors.fakes.stripe_objects import Entity
from tests.processors.fakes.stripe_state import HOLD_SECONDS, OPEN, StripeState

DECLINED = {
    "4000000000000002": ("card_declined", "generic_decline"),
    "4000000000009995": ("card_declined", "insufficient_funds"),
}
OVER_PAGE, BY_REDIRECT, SLOW = "4000002500003155", "4000000000003063", "4000000000000077"
UPI_SECONDS = 300
"""For so long a code can be scanned."""
_SHOWN = (
    *("id", "status", "amount", "currency", "next_action", "last_payment_error", "livemode"),
    *("client_secret", "payment_method_types"),
)


class StripePages(StripeState):
    """`page` answers what the browser asks for; the rest is a call of the API."""

    def page(self, request: FakeRequest) -> FakePage | None:
        """By method and path."""
        fields = request.fields if request.method == "POST" else request.query
        match request.method, request.path:
            case "GET", "/js/v3":
                return pages.script("stripe.js")
            case "GET", "/js/element":
                return pages.document("stripe_element.html")
            case "GET", "/js/upi":
                return pages.document("upi.html")
            case "GET", "/js/intent":
                intent = self._intent(fields)
                return pages.answer({"error": _MISSING} if intent is None else _shown(intent), anybody=True)
            case "POST", "/js/confirm":
                return pages.answer(self._confirm(fields, request.headers["host"]))
            case "POST", "/js/authenticate":
                return pages.answer(self._authenticate(fields))
        return pages.shared(request.path)

    def _intent(self, fields: dict[str, Any]) -> Entity | None:
        """By its client secret, in the mode of the publishable key."""
        secret, key = str(fields.get("client_secret")), str(fields.get("key"))
        intent = self.objects.get(secret.partition("_secret_")[0])
        is_ours = intent is not None and intent.get("client_secret") == secret
        return intent if is_ours and intent["livemode"] == key.startswith("pk_live_") else None  # type: ignore[index]

    def _confirm(self, fields: dict[str, Any], host: str) -> dict[str, Any]:
        intent = self._intent(fields)
        if intent is None:
            return {"error": _MISSING}
        if intent["status"] not in OPEN:
            text = f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
            code = "payment_intent_unexpected_state"
            return {"error": {"type": "invalid_request_error", "code": code, "message": text}}
        if intent["payment_method_types"] == ["upi"]:
            self._ask_for_upi(intent, fields, host)
            return _shown(intent)
        number = fields["card"]["number"]
        if number in DECLINED:
            self.decline(intent, *DECLINED[number])
            return {"error": intent["last_payment_error"]}
        if number in (OVER_PAGE, BY_REDIRECT):
            query = {"client_secret": intent["client_secret"], "key": fields["key"]}
            by_redirect = number == BY_REDIRECT
            if by_redirect:
                query["return_url"] = fields["return_url"]
            url = f"http://{host}/js/bank?{urlencode(query)}"
            action: Entity = {"type": "use_stripe_sdk", "use_stripe_sdk": {"stripe_js": url}}
            if by_redirect:
                lead = {"url": url, "return_url": fields["return_url"]}
                action = {"type": "redirect_to_url", "redirect_to_url": lead}
            intent.update(status="requires_action", next_action=action)
            self.tell("payment_intent.requires_action", intent)
        elif number == SLOW:
            intent.update(status="processing", next_action=None)
            self.tell("payment_intent.processing", intent)
        else:
            self._charged(intent, number)
        return _shown(intent)

    def _ask_for_upi(self, intent: Entity, fields: dict[str, Any], host: str) -> None:
        query = {name: fields[name] for name in ("client_secret", "key", "return_url") if fields.get(name)}
        query["link"] = pages.upi_link(self.name, intent["id"], intent["amount"])
        page = f"http://{host}/js/upi?{urlencode(query)}"
        code = {
            "expires_at": self.now() + UPI_SECONDS,
            "image_url_png": f"{page}#png",
            "image_url_svg": f"{page}#svg",
        }
        action = {"hosted_instructions_url": page, "qr_code": code}
        kind = "upi_handle_redirect_or_display_qr_code"
        intent.update(status="requires_action", next_action={"type": kind, kind: action})
        self.tell("payment_intent.requires_action", intent)

    def _charged(self, intent: Entity, number: str) -> None:
        until = self.now() + HOLD_SECONDS
        self.charge(intent, objects.paid_by_card("visa", number[-4:], until))

    def _authenticate(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The shopper stands before the bank. Ids and an outcome go back in the address, as Stripe adds them."""
        intent = self._intent(fields)
        if intent is None or intent["status"] != "requires_action":
            return {}
        if fields["approve"]:
            self._charged(intent, OVER_PAGE)
        else:
            self.decline(intent, "payment_intent_authentication_failure", None)
            error = "We are unable to authenticate your payment method. Please choose another one and try again."
            intent["last_payment_error"] |= {"type": "invalid_request_error", "message": error}
        if "return_url" not in fields:
            return {}
        result = {
            "payment_intent": intent["id"],
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if fields["approve"] else "failed",
        }
        url = str(fields["return_url"])
        return {"leads_to": f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(result)}"}


_MISSING = {"type": "invalid_request_error", "code": "resource_missing", "message": "No such payment_intent"}


def _shown(intent: Entity) -> dict[str, Any]:
    return {"paymentIntent": {name: intent[name] for name in _SHOWN}}
