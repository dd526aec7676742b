"""Shapes of the API's webhook config: for the documents, not for checking."""

from typing import Literal

from api.http.shapes import OpenShape


class WebhookConfigAnswer(OpenShape):
    """The merchant's first endpoint, in the shape of older dashboards."""

    webhook_url: str | None
    webhook_secret: str
    endpoint_id: str
    events: list[str] | None
    status: Literal["enabled", "disabled"]
    disabled_reason: str | None


class VerificationProblem(OpenShape):
    """What is wrong, and what to do about it."""

    code: str
    message: str
    fix: str


class VerificationAnswer(OpenShape):
    """Whether a webhook verifies: by `X-Webhook-Signature` (legacy) and by `webhook-signature` (standard)."""

    valid: bool
    legacy: bool
    standard: bool
    endpoint_id: str | None
    event_id: str | None
    problems: list[VerificationProblem]
