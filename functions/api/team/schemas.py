"""Shapes of the API's team: for the documents, not for checking."""

from pydantic import Field

from api.http.shapes import Described, RoleName
from api.session.schemas import UserAnswer


class TeamAnswer(Described):
    """All members, invited ones included."""

    data: list[UserAnswer]


class InviteBody(Described):
    """Whom to invite, and as what."""

    email: str
    role: RoleName


class InviteAnswer(Described):
    """An invited member; `invite_url` is shown once."""

    user: UserAnswer
    invite_url: str


class RoleBody(Described):
    """The role to give."""

    role: RoleName


class InvitationAnswer(Described):
    """What an invitation's link says before it is accepted."""

    email: str
    merchant: str


class TokenBody(Described):
    """The token behind the # of an invitation's link."""

    token: str


class AcceptBody(Described):
    """The invitation's token, and who you are."""

    token: str
    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=10, max_length=200)
