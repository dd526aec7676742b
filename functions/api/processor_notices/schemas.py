"""Shapes of the answers to processors, and of notices that wait for a person."""

from typing import Literal

from pydantic import Field

from api.http.shapes import OpenShape
from gateway.validation import ClosedModel


class NoticeReceipt(OpenShape):
    """What a processor is answered."""

    received: bool = Field(description="It is kept, and the worker looks at what it is about.")


class NoticeInReview(OpenShape):
    """A notice about something that is not known here."""

    account_id: str
    processor: str
    account_label: str | None
    event_id: str = Field(description="The processor's id of the notice.")
    type: str
    topic: Literal["payment", "refund", "dispute", "other"]
    objects: list[str] = Field(description="The processor's ids that it names.")
    own_ids: list[str] = Field(description="Ids of ours that it names.")
    received_at: str
    tries: int
    review_reason: str
    advice: str


class NoticesInReview(OpenShape):
    """At most a hundred, the oldest first."""

    data: list[NoticeInReview]


class SettleNotice(ClosedModel):
    """Body of `POST /processor-notices/{account_id}/settle`."""

    event_id: str = Field(min_length=1, max_length=255, description="The processor's id of the notice.")
    again: bool = Field(False, description="Look for what it is about once more.")


class SettledNotice(OpenShape):
    """It waits for nobody, or is looked for again."""

    event_id: str
    status: Literal["settled", "looked_for"]
