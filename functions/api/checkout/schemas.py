"""Shapes of the API's checkout: for the documents, not for checking."""

from api.http.shapes import ModeName, Moment, OpenShape


class SigningSecretAnswer(OpenShape):
    """What signs results in this mode, and what will."""

    mode: ModeName
    signing_secret: str
    next_signing_secret: str | None
    activates_at: Moment | None
