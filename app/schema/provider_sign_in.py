"""Signing in by the provider of one's company, over OpenID Connect (R0-22, R0-23)."""

from typing import Annotated

import strawberry

from app.identities.errors import ProviderSignInRefused, ProviderUnavailable
from app.identities.oidc import NotProven, ProviderSilent, RoundKeys
from app.identities.one_time_tokens import Purpose
from app.people.commands import provider_sign_in as signing
from app.people.commands.signing_in import SecondStep
from app.schema.context import Context, Info
from app.schema.cost import cost
from app.schema.identity_providers import one_time_keys, sealer, way_back
from app.schema.operation import mutation
from app.schema.refusals import Refusal
from app.schema.sign_in import SecondStepNeeded, SignedIn

SignedInOrStep = signing.SignedIn | SecondStep


@strawberry.type
class ProviderSignInBegun:
    """Where the browser goes; `holder` stays in it until the provider sends it back."""

    url: str
    holder: str


@strawberry.input
class BeginProviderSignInInput:
    """The token of the link that one's network gives out."""

    token: str


@strawberry.input
class FinishProviderSignInInput:
    """What the provider sent back, what stayed in the browser, and an invitation to accept."""

    code: str
    state: str
    holder: str
    invitation_token: str | None = None


BeginProviderSignInResult = Annotated[
    ProviderSignInBegun | Refusal, strawberry.union("BeginProviderSignInResult")
]
FinishProviderSignInResult = Annotated[
    SignedIn | SecondStepNeeded | Refusal, strawberry.union("FinishProviderSignInResult")
]


@strawberry.type
class ProviderSignInMutation:
    """What can be done to sign in by a provider."""

    @cost(50)
    @mutation(signing.begin_provider_sign_in)
    async def begin_provider_sign_in(
        self, info: Info, input: BeginProviderSignInInput
    ) -> BeginProviderSignInResult:
        """Begin to sign in by a provider of one's network; it takes ten minutes at most."""
        context, keys = info.context, one_time_keys(info.context)
        began = await context.write_as_anyone(
            lambda work: signing.begin_provider_sign_in(work, keys, sealer(context), input.token)
        )
        rounds = RoundKeys(keys.secret)
        try:
            # Between two transactions: a provider may take long, and connections are few.
            url = await context.services.providers.address(
                began.client,
                rounds,
                began.id,
                keys.text(Purpose.PROVIDER_ROUND, began.id),
                way_back(context),
                context.services.clock(),
            )
        except ProviderSilent:
            raise ProviderUnavailable from None
        return ProviderSignInBegun(url=url, holder=rounds.holder(began.id))

    @cost(100)
    @mutation(signing.sign_in_by_provider)
    async def finish_provider_sign_in(
        self, info: Info, input: FinishProviderSignInInput
    ) -> FinishProviderSignInResult:
        """Sign in with what the provider sent back; good in its network only."""
        context, keys = info.context, one_time_keys(info.context)
        back = await context.write_as_anyone(
            lambda work: signing.come_back(work, keys, sealer(context), input.state, input.holder)
        )
        try:
            done = await _finished(context, back, input)
        except NotProven as refused:
            problem = str(refused)
            await context.write_as_anyone(lambda work: signing.note_refusal(work, back, problem))
            raise ProviderSignInRefused from None
        except ProviderSilent:
            raise ProviderUnavailable().at("code") from None
        if isinstance(done, SecondStep):
            return SecondStepNeeded(token=keys.text(Purpose.SECOND_STEP, done.token_id))
        return SignedIn.of(done)


async def _finished(
    context: Context, back: signing.Round, input: FinishProviderSignInInput
) -> SignedInOrStep:
    services = context.services
    proven = await services.providers.redeem(
        back.client,
        RoundKeys(services.keys.secret),
        back.id,
        input.code,
        way_back(context),
        services.clock(),
    )
    return await context.write_as_anyone(
        lambda work: signing.sign_in_by_provider(
            work, services.keys, back, proven, input.invitation_token, context.device
        )
    )
