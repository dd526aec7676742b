"""Shapes of the API's testing: for the documents, not for checking."""

from typing import Literal

from api.http.shapes import OpenShape


class TestMerchantAnswer(OpenShape):
    """The seeded merchant."""

    id: str
    email: str
    api_key: str
    seeded: bool


class JobsStatusAnswer(OpenShape):
    """Work over payments, refunds and webhooks."""

    pending: int
    processing: int
    completed: int
    failed: int
    worker_status: Literal["running", "stopped"]
    queues: dict[str, dict[str, int | str]]


class ProcessorBooksAnswer(OpenShape):
    """What the simulated bank was asked about a payment, per kind of operation."""

    payment_id: str
    operations: dict[str, dict[str, int]]
