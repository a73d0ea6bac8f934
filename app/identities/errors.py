"""What identities may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class WrongCredentials(Refused):
    """No such e-mail and password: which of the two is wrong is not said."""

    code: ClassVar = "WRONG_CREDENTIALS"
    text: ClassVar = "E-mail or password is wrong."
    field_path: ClassVar = "email"


@dataclass(eq=False)
class RefreshTokenSpent(Refused):
    """The token was used before, has expired, or its sign-in has ended."""

    code: ClassVar = "REFRESH_TOKEN_SPENT"
    text: ClassVar = "This refresh token is not valid any more; sign in again."
    field_path: ClassVar = "refreshToken"


@dataclass(eq=False)
class WeakPassword(Refused):
    """The password is too short."""

    code: ClassVar = "WEAK_PASSWORD"
    text: ClassVar = "A password needs at least {least} characters."
    field_path: ClassVar = "initialPassword"
    least: int


@dataclass(eq=False)
class AlreadyMember(Refused):
    """The person has an open membership here."""

    code: ClassVar = "ALREADY_MEMBER"
    text: ClassVar = "{email} already works in this organisation."
    field_path: ClassVar = "email"
    email: str
