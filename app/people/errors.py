"""What joining, and keys that act in people's place, may refuse: words for who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class AlreadyInvited(Refused):
    """The organisation has an open invitation for this e-mail."""

    code: ClassVar = "ALREADY_INVITED"
    text: ClassVar = "{email} is invited already; send that invitation again, or withdraw it."
    field_path: ClassVar = "email"
    email: str


@dataclass(eq=False)
class InvitationDecided(Refused):
    """An invitation that was accepted or withdrawn stays so."""

    code: ClassVar = "INVITATION_DECIDED"
    text: ClassVar = "The invitation is {state} and cannot be changed any more."
    field_path: ClassVar = "invitationId"
    state: str


@dataclass(eq=False)
class InvitationUsed(Refused):
    """The invitation was accepted before."""

    code: ClassVar = "INVITATION_USED"
    text: ClassVar = "This invitation was used already; sign in instead."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class InvitationExpired(Refused):
    """The invitation was not accepted in time."""

    code: ClassVar = "INVITATION_EXPIRED"
    text: ClassVar = "This invitation has expired; ask for it to be sent again."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class LinkNotValid(Refused):
    """The token is none of ours, or what it stood for was withdrawn, replaced or closed."""

    code: ClassVar = "LINK_NOT_VALID"
    text: ClassVar = "This link is not valid, or not any more."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class InvitedByOtherEmail(Refused):
    """The invitation went to another e-mail than that of whoever is signed in."""

    code: ClassVar = "INVITED_BY_OTHER_EMAIL"
    text: ClassVar = "This invitation was sent to another e-mail address than the one you use here."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class SignInFirst(Refused):
    """Whoever holds the mailbox of the invitation can sign in already."""

    code: ClassVar = "SIGN_IN_FIRST"
    text: ClassVar = "You have a sign-in already: sign in, and accept the invitation then."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class RegistrationsFull(Refused):
    """The seller's link takes no more registrations today."""

    code: ClassVar = "REGISTRATIONS_FULL"
    text: ClassVar = "No more registrations are taken by this link today; try again tomorrow."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class RegistrationWaits(Refused):
    """The owner of the e-mail waits for the same seller's decision already."""

    code: ClassVar = "REGISTRATION_WAITS"
    text: ClassVar = "You have registered with this seller already, and it has not decided yet."
    field_path: ClassVar = "token"


@dataclass(eq=False)
class RegistrationDecided(Refused):
    """A registration that was approved or refused stays so."""

    code: ClassVar = "REGISTRATION_DECIDED"
    text: ClassVar = "The registration is {state} and cannot be changed any more."
    field_path: ClassVar = "registrationId"
    state: str


@dataclass(eq=False)
class NotForKeys(Refused):
    """The right is for people, or wider than the relationships that the key is for."""

    code: ClassVar = "NOT_FOR_KEYS"
    text: ClassVar = "An API key cannot be allowed this: {permission}."
    field_path: ClassVar = "grants"
    permission: str


@dataclass(eq=False)
class TooManyKeys(Refused):
    """The organisation has as many keys as it may."""

    code: ClassVar = "TOO_MANY_KEYS"
    text: ClassVar = "An organisation may have {most} API keys; revoke one that is not needed."
    most: int


@dataclass(eq=False)
class EmailNotProved(Refused):
    """Whoever locks out others must be able to go on."""

    code: ClassVar = "EMAIL_NOT_PROVED"
    text: ClassVar = "Prove your own e-mail address first, by the link of a letter that went to it."
    field_path: ClassVar = "requiresProvenEmail"
