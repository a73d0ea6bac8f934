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


@dataclass(eq=False)
class TooManyAttempts(Refused):
    """Too many attempts have failed of late; the same for an e-mail that nobody has."""

    code: ClassVar = "TOO_MANY_ATTEMPTS"
    text: ClassVar = "Too many attempts have failed; try again in {seconds} s."
    field_path: ClassVar = "email"
    seconds: int


@dataclass(eq=False)
class LinkSpent(Refused):
    """The link was used before, has expired, was withdrawn, or was never given out."""

    code: ClassVar = "LINK_SPENT"
    text: ClassVar = "This link is not valid any more; ask for a new one."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class WrongPassword(Refused):
    """What was given as one's present password is not it."""

    code: ClassVar = "WRONG_PASSWORD"
    text: ClassVar = "The present password is wrong."
    field_path: ClassVar = "password"


@dataclass(eq=False)
class WrongCode(Refused):
    """The code is wrong, was used before, or is of another time."""

    code: ClassVar = "WRONG_CODE"
    text: ClassVar = "This code is wrong or was used before."
    field_path: ClassVar = "code"


@dataclass(eq=False)
class SecondFactorExists(Refused):
    """There is a confirmed second factor; it must be removed before another is set up."""

    code: ClassVar = "SECOND_FACTOR_EXISTS"
    text: ClassVar = "You have a second factor; remove it first."


@dataclass(eq=False)
class SecondFactorRequired(Refused):
    """The network asks for a second factor of the roles that the person holds there."""

    code: ClassVar = "SECOND_FACTOR_REQUIRED"
    text: ClassVar = "This network requires a second factor: set one up, or sign in with it."
    field_path: ClassVar = "membershipId"


@dataclass(eq=False)
class ProviderUnavailable(Refused):
    """The provider does not answer, or not as OpenID Connect asks; whose sign-in it was is open."""

    code: ClassVar = "PROVIDER_UNAVAILABLE"
    text: ClassVar = "The sign-in of your company does not answer; try again in a while."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class ProviderSignInRefused(Refused):
    """No sign-in came of it; the same whatever was wrong, and whether or not anybody is known."""

    code: ClassVar = "PROVIDER_SIGN_IN_REFUSED"
    text: ClassVar = "This sign-in is not taken here; ask whoever administers your network."
    field_path: ClassVar = "code"


@dataclass(eq=False)
class ProviderSignInRequired(Refused):
    """The network lets people of this e-mail address in by their company's sign-in only."""

    code: ClassVar = "PROVIDER_SIGN_IN_REQUIRED"
    text: ClassVar = "This network lets you in by the sign-in of your company."
    field_path: ClassVar = "membershipId"


@dataclass(eq=False)
class TooManyProviders(Refused):
    """A network has a few providers."""

    code: ClassVar = "TOO_MANY_PROVIDERS"
    text: ClassVar = "A network has at most {limit} providers; retire one first."
    limit: int
