"""Signing in, choosing a workplace, staying signed in, signing out."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import relay

from app.identities import passwords
from app.identities.errors import RefreshTokenSpent
from app.identities.one_time_tokens import OneTimeKeys, Purpose
from app.people import operations
from app.people.commands import signing_in as commands
from app.schema.context import Info
from app.schema.cost import cost, sized
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal


@strawberry.type
class Workplace:
    """An organisation that the person works in; `actAs` takes the `membershipId`."""

    membership_id: relay.GlobalID
    tenant_name: str
    organisation_id: relay.GlobalID
    organisation_name: str
    requires_second_factor: bool
    requires_provider: bool = strawberry.field(
        description="Whether one is let in there by the sign-in of one's company only."
    )
    is_prepared: bool = strawberry.field(
        description="Whether the organisation was not activated yet: nobody acts in it until then."
    )

    @classmethod
    def of(cls, place: operations.Workplace) -> "Workplace":
        """Show a workplace."""
        return cls(
            membership_id=relay.GlobalID("Membership", str(place.membership_id)),
            tenant_name=place.tenant_name,
            organisation_id=relay.GlobalID("Organisation", str(place.organisation_id)),
            organisation_name=place.organisation_name,
            requires_second_factor=place.requires_second_factor,
            requires_provider=place.requires_provider,
            is_prepared=place.is_prepared,
        )


@strawberry.type
class SignedIn:
    """Tokens, and where the person may work; without `actingIn` the tokens act nowhere yet.

    The access token goes into the Authorization header as `Bearer ...` until `expiresAt`. The
    refresh token is good for one `refreshTokens`; used twice, it ends the sign-in.
    """

    access_token: str
    refresh_token: str
    expires_at: datetime
    acting_in: Workplace | None
    memberships: list[Workplace] = sized(5)

    @classmethod
    def of(cls, signed_in: operations.SignedIn) -> "SignedIn":
        """Show fresh tokens; memberships come by tenant and organisation."""
        acting_in = signed_in.acting_in
        return cls(
            access_token=signed_in.tokens.access_token,
            refresh_token=signed_in.tokens.refresh_token,
            expires_at=signed_in.tokens.expires_at,
            acting_in=Workplace.of(acting_in) if acting_in else None,
            memberships=[Workplace.of(place) for place in signed_in.workplaces],
        )


@strawberry.type
class SecondStepNeeded:
    """The password was right; `finishSignIn` takes this token with a code, within five minutes."""

    token: str


@strawberry.type
class SignedOut:
    """The sign-in has ended, with every token made from it."""

    ok: bool = True


@strawberry.input
class SignInInput:
    """Who signs in."""

    email: str
    password: str


@strawberry.input
class ActAsInput:
    """Which of one's own memberships to act in."""

    membership_id: relay.GlobalID


@strawberry.input
class RefreshTokensInput:
    """The refresh token to exchange."""

    refresh_token: str


SignInResult = Annotated[SignedIn | SecondStepNeeded | Refusal, strawberry.union("SignInResult")]
ActAsResult = Annotated[SignedIn | Refusal, strawberry.union("ActAsResult")]
RefreshTokensResult = Annotated[SignedIn | Refusal, strawberry.union("RefreshTokensResult")]


@strawberry.type
class SignInMutation:
    """Ways in and out."""

    @cost(100)
    @mutation(commands.sign_in)
    async def sign_in(self, info: Info, input: SignInInput) -> SignInResult:
        """Sign in with e-mail and password; with one membership, the tokens act in it at once."""
        context = info.context
        throttle = context.services.attempts
        known, attempt = await context.write_as_anyone(
            lambda work: commands.begin_sign_in(work, throttle, input.email)
        )
        # Between two transactions: hashing takes long, and connections are few.
        person = await passwords.prove(known, input.password)
        done = await context.write_as_anyone(
            lambda work: commands.sign_in(
                work, context.services.keys, person, attempt, context.device
            )
        )
        if isinstance(done, commands.SecondStep):
            onetime = OneTimeKeys(context.services.keys.secret)
            return SecondStepNeeded(token=onetime.text(Purpose.SECOND_STEP, done.token_id))
        return SignedIn.of(done)

    @mutation(commands.act_as)
    async def act_as(self, info: Info, input: ActAsInput) -> ActAsResult:
        """Get tokens that act in another of one's own organisations."""
        keys, membership_id = info.context.services.keys, key_of(input.membership_id, "Membership")
        return SignedIn.of(
            await info.context.write_as_person(
                lambda work: commands.act_as(work, keys, membership_id)
            )
        )

    @mutation(commands.refresh_tokens)
    async def refresh_tokens(self, info: Info, input: RefreshTokensInput) -> RefreshTokensResult:
        """Exchange a refresh token for fresh tokens that act where the old ones did."""
        keys = info.context.services.keys
        outcome = await info.context.write_as_anyone(
            lambda work: commands.refresh_tokens(work, keys, input.refresh_token)
        )
        if isinstance(outcome, RefreshTokenSpent):
            raise outcome
        return SignedIn.of(outcome)

    @mutation(commands.sign_out)
    async def sign_out(self, info: Info) -> SignedOut:
        """End this sign-in on this device."""
        await info.context.write_as_person(commands.sign_out)
        return SignedOut()
