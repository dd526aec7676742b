"""Shapes of the answers to processors: for the documents, not for checking."""

from pydantic import Field

from api.http.shapes import OpenShape


class NoticeReceipt(OpenShape):
    """What a processor is answered."""

    received: bool = Field(description="It is kept, and the worker looks at what it is about.")
