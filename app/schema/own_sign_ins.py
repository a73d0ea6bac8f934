"""One's own password and sign-ins: forgotten, changed, listed, ended."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.identities import operations, passwords
from app.identities.errors import WrongCredentials, WrongPassword
from app.identities.one_time_tokens import OneTimeKeys
from app.identities.rules import checked_password
from app.people.commands import passwords as commands
from app.people.commands import proving
from app.people.queries import sessions as queries
from app.schema.context import Info
from app.schema.cost import cost, list_size
from app.schema.operation import mutation, query
from app.schema.refusals import Refusal


@strawberry.type
class Session:
    """A sign-in on one device that goes on; `address` and `device` are of its beginning.

    `usedAt` is when its tokens were last made anew.
    """

    id: UUID
    began_at: datetime
    used_at: datetime
    address: str | None
    device: str | None
    is_this_one: bool

    @classmethod
    def of(cls, session: operations.OpenSession, own: UUID | None) -> "Session":
        """Show a sign-in."""
        return cls(
            id=session.id,
            began_at=session.began_at,
            used_at=session.used_at,
            address=session.address,
            device=session.device,
            is_this_one=session.id == own,
        )


@strawberry.type
class PasswordResetRequested:
    """If somebody has the e-mail, a link is on its way to it; the answer never tells."""

    ok: bool = True


@strawberry.type
class PasswordSet:
    """The new password counts; sign-ins made with the old one have ended, but for this one."""

    ok: bool = True


@strawberry.type
class SessionsEnded:
    """How many sign-ins were ended."""

    number: int


@strawberry.type
class EmailProved:
    """The e-mail address is known to be theirs who hold the link."""

    ok: bool = True


@strawberry.input
class ProveEmailInput:
    """The token of the link that came by e-mail."""

    token: str


@strawberry.input
class RequestPasswordResetInput:
    """Whose password is forgotten."""

    email: str


@strawberry.input
class ResetPasswordInput:
    """The token of the link that came by e-mail, and the password to have from now on."""

    token: str
    new_password: str


@strawberry.input
class ChangePasswordInput:
    """The present password, and the one to have from now on."""

    password: str
    new_password: str


@strawberry.input
class EndSessionInput:
    """Which of one's own sign-ins to end, as `mySessions` names it."""

    session_id: UUID


RequestPasswordResetResult = Annotated[
    PasswordResetRequested | Refusal, strawberry.union("RequestPasswordResetResult")
]
ProveEmailResult = Annotated[EmailProved | Refusal, strawberry.union("ProveEmailResult")]
ResetPasswordResult = Annotated[PasswordSet | Refusal, strawberry.union("ResetPasswordResult")]
ChangePasswordResult = Annotated[PasswordSet | Refusal, strawberry.union("ChangePasswordResult")]
EndSessionResult = Annotated[SessionsEnded | Refusal, strawberry.union("EndSessionResult")]


@strawberry.type
class OwnSignInsQuery:
    """Questions about one's own sign-ins."""

    @list_size(5)
    @query(queries.my_sessions)
    async def my_sessions(self, info: Info) -> list[Session]:
        """On which devices one is signed in, the newest first."""
        async with info.context.read() as work:
            found = await queries.my_sessions(work)
            return [Session.of(session, work.actor.session_id) for session in found]


@strawberry.type
class OwnSignInsMutation:
    """What can be done about one's own password and sign-ins."""

    @cost(20)
    @mutation(commands.request_password_reset)
    async def request_password_reset(
        self, info: Info, input: RequestPasswordResetInput
    ) -> RequestPasswordResetResult:
        """Have a link sent by e-mail with which a new password can be set within an hour."""
        throttle = info.context.services.attempts
        await info.context.write_as_anyone(
            lambda work: commands.request_password_reset(work, throttle, input.email)
        )
        return PasswordResetRequested()

    @cost(100)
    @mutation(commands.reset_password)
    async def reset_password(self, info: Info, input: ResetPasswordInput) -> ResetPasswordResult:
        """Set a new password by the link; all sign-ins end."""
        context, password = info.context, checked_password(input.new_password, "newPassword")
        keys, throttle = OneTimeKeys(context.services.keys.secret), context.services.attempts
        await context.write_as_anyone(
            lambda work: commands.check_reset_link(work, keys, input.token)
        )
        hashed = await passwords.hash_password(password)
        await context.write_as_anyone(
            lambda work: commands.reset_password(work, keys, throttle, input.token, hashed)
        )
        return PasswordSet()

    @cost(20)
    @mutation(proving.prove_email)
    async def prove_email(self, info: Info, input: ProveEmailInput) -> ProveEmailResult:
        """Prove by the link that an e-mail address is one's own; it lets nobody in (R0-23)."""
        keys = OneTimeKeys(info.context.services.keys.secret)
        await info.context.write_as_anyone(
            lambda work: proving.prove_email(work, keys, input.token)
        )
        return EmailProved()

    @cost(200)
    @mutation(commands.change_password)
    async def change_password(self, info: Info, input: ChangePasswordInput) -> ChangePasswordResult:
        """Change one's own password; all other sign-ins end."""
        context, password = info.context, checked_password(input.new_password, "newPassword")
        throttle = context.services.attempts
        known, attempt = await context.write_as_person(
            lambda work: commands.begin_password_change(work, throttle)
        )
        try:
            person = await passwords.prove(known, input.password)
        except WrongCredentials:
            raise WrongPassword from None
        hashed = await passwords.hash_password(password)
        await context.write_as_person(
            lambda work: commands.change_password(work, attempt, person, hashed)
        )
        return PasswordSet()

    @mutation(commands.end_session)
    async def end_session(self, info: Info, input: EndSessionInput) -> EndSessionResult:
        """End one of one's own sign-ins, on whatever device."""
        await info.context.write_as_person(
            lambda work: commands.end_session(work, input.session_id)
        )
        return SessionsEnded(number=1)

    @mutation(commands.end_other_sessions)
    async def end_other_sessions(self, info: Info) -> SessionsEnded:
        """End all of one's own sign-ins but this one."""
        number = await info.context.write_as_person(commands.end_other_sessions)
        return SessionsEnded(number=number)
