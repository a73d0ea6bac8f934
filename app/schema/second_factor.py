"""A second factor: setting it up, signing in with it, losing it, requiring it (R0-23)."""

from typing import Annotated

import strawberry
from strawberry import relay

from app.identities import passwords
from app.identities import second_factor as factors
from app.identities.errors import WrongCredentials, WrongPassword
from app.identities.one_time_tokens import OneTimeKeys
from app.identities.second_factor import FactorKeys
from app.people.commands import passwords as password_commands
from app.people.commands import second_factor as commands
from app.people.queries import second_factor as queries
from app.schema.context import Info
from app.schema.cost import cost, list_size, sized
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.refusals import Refusal
from app.schema.roles import Role
from app.schema.sign_in import SignedIn


@strawberry.type
class SecondFactorSecret:
    """What an authenticator needs, as people type it and as a picture to scan says it."""

    secret: str
    uri: str

    @classmethod
    def of(cls, enrolment: factors.Enrolment) -> "SecondFactorSecret":
        """Show a new secret, this once."""
        return cls(secret=enrolment.secret, uri=enrolment.uri)


@strawberry.type
class SecondFactorConfirmed:
    """The second factor counts; each of the codes is good once where the authenticator is lost."""

    recovery_codes: list[str] = sized(10)


@strawberry.type
class SecondFactorRemoved:
    """One signs in with the password alone again."""

    ok: bool = True


@strawberry.type
class SecondFactorResetAllowed:
    """A link is on its way to the member; whether they have a second factor is not said."""

    ok: bool = True


@strawberry.type
class SecondFactorRequirement:
    """Whoever holds one of the roles signs in with a second factor."""

    roles: list[Role] = sized(5)


@strawberry.input
class BeginSecondFactorInput:
    """One's present password."""

    password: str


@strawberry.input
class SecondFactorCodeInput:
    """A code of the authenticator, or one to fall back on."""

    code: str


@strawberry.input
class FinishSignInInput:
    """The token that `signIn` gave, and a code."""

    token: str
    code: str


@strawberry.input
class AllowSecondFactorResetInput:
    """Whose second factor may be removed."""

    membership_id: relay.GlobalID


@strawberry.input
class ResetSecondFactorInput:
    """The token of the link that came by e-mail, and one's password."""

    token: str
    password: str


@strawberry.input
class RequireSecondFactorInput:
    """All roles of which a second factor is required from now on."""

    role_ids: list[relay.GlobalID]


FinishSignInResult = Annotated[SignedIn | Refusal, strawberry.union("FinishSignInResult")]
BeginSecondFactorResult = Annotated[
    SecondFactorSecret | Refusal, strawberry.union("BeginSecondFactorResult")
]
ConfirmSecondFactorResult = Annotated[
    SecondFactorConfirmed | Refusal, strawberry.union("ConfirmSecondFactorResult")
]
RemoveSecondFactorResult = Annotated[
    SecondFactorRemoved | Refusal, strawberry.union("RemoveSecondFactorResult")
]
AllowSecondFactorResetResult = Annotated[
    SecondFactorResetAllowed | Refusal, strawberry.union("AllowSecondFactorResetResult")
]
ResetSecondFactorResult = Annotated[
    SecondFactorRemoved | Refusal, strawberry.union("ResetSecondFactorResult")
]
RequireSecondFactorResult = Annotated[
    SecondFactorRequirement | Refusal, strawberry.union("RequireSecondFactorResult")
]


@strawberry.type
class SecondFactorQuery:
    """Questions about second factors."""

    @query(queries.has_second_factor)
    async def has_second_factor(self, info: Info) -> bool:
        """Whether one signs in with a second factor."""
        async with info.context.read() as work:
            return await queries.has_second_factor(work)

    @list_size(5)
    @query(queries.second_factor_roles)
    async def second_factor_roles(self, info: Info) -> list[Role]:
        """The roles of whose holders the network requires a second factor, by name."""
        async with info.context.read() as work:
            return [Role.of(role) for role in await queries.second_factor_roles(work)]


@strawberry.type
class SecondFactorMutation:
    """What can be done about second factors."""

    @cost(50)
    @mutation(commands.finish_sign_in)
    async def finish_sign_in(self, info: Info, input: FinishSignInInput) -> FinishSignInResult:
        """Sign in with the second factor, after the password."""
        context, services = info.context, info.context.services
        onetime = OneTimeKeys(services.keys.secret)
        _, attempt = await context.write_as_anyone(
            lambda work: commands.begin_second_step(work, onetime, services.attempts, input.token)
        )
        return SignedIn.of(
            await context.write_as_anyone(
                lambda work: commands.finish_sign_in(
                    work, services.keys, onetime, attempt, input.token, input.code, context.device
                )
            )
        )

    @cost(100)
    @mutation(commands.begin_second_factor)
    async def begin_second_factor(
        self, info: Info, input: BeginSecondFactorInput
    ) -> BeginSecondFactorResult:
        """Get a secret for one's authenticator; it counts once `confirmSecondFactor` has a code."""
        context, services = info.context, info.context.services
        known, attempt = await context.write_as_person(
            lambda work: password_commands.begin_password_change(work, services.attempts)
        )
        try:
            person = await passwords.prove(known, input.password)
        except WrongCredentials:
            raise WrongPassword from None
        keys = FactorKeys(services.keys.secret)
        return SecondFactorSecret.of(
            await context.write_as_person(
                lambda work: commands.begin_second_factor(work, keys, attempt, person)
            )
        )

    @mutation(commands.confirm_second_factor)
    async def confirm_second_factor(
        self, info: Info, input: SecondFactorCodeInput
    ) -> ConfirmSecondFactorResult:
        """Let the authenticator count from now on; shows the codes to fall back on, this once."""
        context, services = info.context, info.context.services
        attempt = await context.write_as_person(
            lambda work: commands.count_code(work, services.attempts)
        )
        keys = FactorKeys(services.keys.secret)
        codes = await context.write_as_person(
            lambda work: commands.confirm_second_factor(work, keys, attempt, input.code)
        )
        return SecondFactorConfirmed(recovery_codes=list(codes))

    @mutation(commands.remove_second_factor)
    async def remove_second_factor(
        self, info: Info, input: SecondFactorCodeInput
    ) -> RemoveSecondFactorResult:
        """Take one's own second factor away."""
        context, services = info.context, info.context.services
        attempt = await context.write_as_person(
            lambda work: commands.count_code(work, services.attempts)
        )
        keys = FactorKeys(services.keys.secret)
        await context.write_as_person(
            lambda work: commands.remove_second_factor(work, keys, attempt, input.code)
        )
        return SecondFactorRemoved()

    @mutation(commands.allow_second_factor_reset)
    async def allow_second_factor_reset(
        self, info: Info, input: AllowSecondFactorResetInput
    ) -> AllowSecondFactorResetResult:
        """Let a member remove their second factor by a link and their password, within a day."""
        key = key_of(input.membership_id, "Membership")
        await info.context.write(lambda work: commands.allow_second_factor_reset(work, key))
        return SecondFactorResetAllowed()

    @cost(100)
    @mutation(commands.reset_second_factor)
    async def reset_second_factor(
        self, info: Info, input: ResetSecondFactorInput
    ) -> ResetSecondFactorResult:
        """Remove a lost second factor by link and password; all sign-ins end."""
        context, services = info.context, info.context.services
        onetime = OneTimeKeys(services.keys.secret)
        known, attempt = await context.write_as_anyone(
            lambda work: commands.begin_factor_reset(work, onetime, services.attempts, input.token)
        )
        try:
            person = await passwords.prove(known, input.password)
        except WrongCredentials:
            raise WrongPassword from None
        await context.write_as_anyone(
            lambda work: commands.reset_second_factor(work, onetime, attempt, person, input.token)
        )
        return SecondFactorRemoved()

    @mutation(commands.require_second_factor)
    async def require_second_factor(
        self, info: Info, input: RequireSecondFactorInput
    ) -> RequireSecondFactorResult:
        """Say of which roles the network requires a second factor, from their next sign-in on."""
        keys = [key_of(each, "Role") for each in input.role_ids]
        roles = await info.context.write(lambda work: commands.require_second_factor(work, keys))
        return SecondFactorRequirement(roles=[Role.of(role) for role in roles])
