"""Shapes of the API's team: for the documents, not for checking."""

from pydantic import Field

from api.http.shapes import ClosedBody, Described, RoleName
from api.session.schemas import UserAnswer


class MemberAnswer(UserAnswer):
    """A member of the team, and how many API keys of both modes that he or she made are active."""

    active_keys: int


class TeamAnswer(Described):
    """All members, invited ones included."""

    data: list[MemberAnswer]


class InviteBody(ClosedBody):
    """Whom to invite, and as what."""

    email: str
    role: RoleName
    current_password: str = Field("", description="Your own; asked for where the role is owner.")


class InviteAnswer(Described):
    """An invited member; `invite_url` is shown once."""

    user: UserAnswer
    invite_url: str


class RoleBody(ClosedBody):
    """The role to give."""

    role: RoleName
    current_password: str = Field("", description="Your own; asked for where the role is owner.")


class PasswordAgainBody(ClosedBody):
    """Your own password, since a session alone must not change how another logs in."""

    current_password: str


class InvitationAnswer(Described):
    """What an invitation's link says before it is accepted."""

    email: str
    merchant: str


class TokenBody(ClosedBody):
    """The token behind the # of an invitation's link."""

    token: str


class AcceptBody(ClosedBody):
    """The invitation's token, and who you are."""

    token: str
    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=10, max_length=200)
