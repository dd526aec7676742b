"""Shapes of the API's requests: for the documents, not for checking."""

from pydantic import Field

from api.http.shapes import Described


class LoggedRequestAnswer(Described):
    """A request to the API, without anything that was in it."""

    id: str
    request_id: str = Field(description="`X-Request-Id` of the answer.")
    method: str
    path: str = Field(description="Without the query.")
    status: int
    duration_ms: float = Field(description="Milliseconds until the answer had been sent.")
    error_code: str | None = Field(description="Of the error in the answer, if it was one.")
    key_id: str | None = Field(description="The API key that asked; null: a person did.")
    user: str | None = Field(description="E-mail address of the person at the dashboard.")
    replayed: bool = Field(description="Answered from the kept answer of an idempotency key.")
    created_at: str
