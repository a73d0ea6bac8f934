"""Providers of OpenID Connect: which a network has, and what it says of them."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.identities import models
from app.identities.errors import ProviderUnavailable
from app.identities.oidc import ProviderSilent
from app.identities.one_time_tokens import OneTimeKeys, Purpose
from app.identities.sealing import Sealer
from app.kernel.errors import NotFound
from app.people.commands import provider_sign_in as signing
from app.people.commands import providers as commands
from app.people.queries import providers as queries
from app.schema.batch import batch, in_order
from app.schema.context import Context, Info
from app.schema.cost import cost, list_size, sized
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.refusals import Refusal

PAGE = "provider-sign-in"


@strawberry.type
class IdentityProvider(relay.Node):
    """Who vouches for people of the network by OpenID Connect, until it is retired.

    `refusal` says why a sign-in by it was refused last, which nobody else is told.
    """

    id: relay.NodeID[UUID]
    name: str
    issuer: str
    client_id: str
    domains: list[str] = sized(5)
    allows_passwords: bool = strawberry.field(
        description="Whether people of its domains may sign in by password as well. Who holds the "
        "built-in role of system administrator always may."
    )
    trusts_second_factor: bool = strawberry.field(
        description="Whether a second factor that the provider says it has asked for counts here."
    )
    has_secret: bool
    added_at: datetime
    retired_at: datetime | None
    refused_at: datetime | None
    refusal: str | None
    role_id: relay.GlobalID | None
    organisation_id: strawberry.Private[UUID | None]
    token_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def token(providers: list["IdentityProvider"], info: Info) -> list[str]:
        """What `beginProviderSignIn` takes; put it into the link that people sign in by."""
        keys = one_time_keys(info.context)
        return [keys.text(Purpose.PROVIDER_LINK, each.token_id) for each in providers]

    @batch
    @staticmethod
    async def redirect_uri(providers: list["IdentityProvider"], info: Info) -> list[str]:
        """Where the provider sends people back to; it must be told this address."""
        return [way_back(info.context)] * len(providers)

    @batch
    @staticmethod
    async def organisation(
        providers: list["IdentityProvider"], info: Info
    ) -> list[Organisation | None]:
        """Which organisation newcomers join, with the role; none where nobody joins by it."""
        return await organisations_by_id(info, [each.organisation_id for each in providers])

    @batch
    @staticmethod
    async def linked_people(providers: list["IdentityProvider"], info: Info) -> list[int]:
        """How many people have come by it."""
        async with info.context.read() as work:
            found = await queries.linked_people(work, [each.id for each in providers])
        return [found.get(each.id, 0) for each in providers]

    @classmethod
    def of(cls, row: models.IdentityProvider) -> "IdentityProvider":
        """Show a provider to who runs the network; never its secret."""
        return cls(
            id=row.id,
            name=row.name,
            issuer=row.issuer,
            client_id=row.client_id,
            domains=row.domains,
            allows_passwords=row.allows_passwords,
            trusts_second_factor=row.trusts_second_factor,
            has_secret=row.client_secret_sealed is not None,
            added_at=row.added_at,
            retired_at=row.retired_at,
            refused_at=row.refused_at,
            refusal=row.refusal,
            role_id=relay.GlobalID("Role", str(row.role_id)) if row.role_id else None,
            organisation_id=row.organisation_id,
            token_id=row.token_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["IdentityProvider | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.providers_by_id(work, ids), IdentityProvider.of)


@strawberry.type
class IdentityProviderAnswers:
    """The provider publishes what a sign-in needs."""

    ok: bool = True


@strawberry.type
class ProviderLinkForgotten:
    """The member's next sign-in by a provider is linked anew."""

    ok: bool = True


@strawberry.input
class ProviderTermsInput:
    """How a provider is used; with `organisationId` and `roleId`, newcomers of its domains join.

    Without them, those whom nobody knows need an invitation.
    """

    name: str
    client_id: str
    domains: list[str]
    client_secret: str | None = None
    allows_passwords: bool = True
    trusts_second_factor: bool = False
    organisation_id: relay.GlobalID | None = None
    role_id: relay.GlobalID | None = None

    def terms(self) -> commands.ProviderTerms:
        """Return them as the command takes them."""
        organisation, role = self.organisation_id, self.role_id
        return commands.ProviderTerms(
            self.name,
            self.client_id,
            self.client_secret,
            self.domains,
            self.allows_passwords,
            self.trusts_second_factor,
            key_of(organisation, "Organisation") if organisation else None,
            key_of(role, "Role") if role else None,
        )


@strawberry.input
class AddIdentityProviderInput:
    """A provider to add; the issuer is its address as it names itself."""

    idempotency_key: str
    issuer: str
    terms: ProviderTermsInput


@strawberry.input
class ChangeIdentityProviderInput:
    """How a provider is used from now on; without a secret the present one stays."""

    provider_id: relay.GlobalID
    terms: ProviderTermsInput


@strawberry.input
class IdentityProviderInput:
    """A provider."""

    provider_id: relay.GlobalID


@strawberry.input
class ForgetProviderLinkInput:
    """Whose links to providers to forget."""

    membership_id: relay.GlobalID


AddIdentityProviderResult = Annotated[
    IdentityProvider | Refusal, strawberry.union("AddIdentityProviderResult")
]
ChangeIdentityProviderResult = Annotated[
    IdentityProvider | Refusal, strawberry.union("ChangeIdentityProviderResult")
]
RetireIdentityProviderResult = Annotated[
    IdentityProvider | Refusal, strawberry.union("RetireIdentityProviderResult")
]
CheckIdentityProviderResult = Annotated[
    IdentityProviderAnswers | Refusal, strawberry.union("CheckIdentityProviderResult")
]
ForgetProviderLinkResult = Annotated[
    ProviderLinkForgotten | Refusal, strawberry.union("ForgetProviderLinkResult")
]


@strawberry.type
class IdentityProvidersQuery:
    """Questions about providers."""

    @list_size(commands.MOST_PROVIDERS)
    @query(queries.identity_providers)
    async def identity_providers(self, info: Info) -> list[IdentityProvider]:
        """The providers that vouch for people of the network now, by name; ten at most."""
        async with info.context.read() as work:
            return [IdentityProvider.of(row) for row in await queries.identity_providers(work)]


@strawberry.type
class IdentityProvidersMutation:
    """What can be done about providers, and signing in by one."""

    @mutation(commands.add_identity_provider)
    async def add_identity_provider(
        self, info: Info, input: AddIdentityProviderInput
    ) -> AddIdentityProviderResult:
        """Let a provider vouch for people of its domains."""
        context, terms = info.context, input.terms.terms()
        loopback = context.services.providers.fetcher.allows_loopback
        provider_id = await context.write(
            lambda work: commands.add_identity_provider(
                work,
                input.idempotency_key,
                input.issuer,
                terms,
                sealer(context),
                loopback=loopback,
            )
        )
        return await _provider(info, provider_id)

    @mutation(commands.change_identity_provider)
    async def change_identity_provider(
        self, info: Info, input: ChangeIdentityProviderInput
    ) -> ChangeIdentityProviderResult:
        """Say anew how a provider is used."""
        context, terms = info.context, input.terms.terms()
        key = key_of(input.provider_id, "IdentityProvider")
        await context.write(
            lambda work: commands.change_identity_provider(work, key, terms, sealer(context))
        )
        return await _provider(info, key)

    @mutation(commands.retire_identity_provider)
    async def retire_identity_provider(
        self, info: Info, input: IdentityProviderInput
    ) -> RetireIdentityProviderResult:
        """Let a provider vouch for nobody any more; whoever it vouched for is signed out."""
        key = key_of(input.provider_id, "IdentityProvider")
        await info.context.write(lambda work: commands.retire_identity_provider(work, key))
        return await _provider(info, key)

    @cost(50)
    @mutation(signing.client_of)
    async def check_identity_provider(
        self, info: Info, input: IdentityProviderInput
    ) -> CheckIdentityProviderResult:
        """Ask a provider for what it publishes, as a sign-in would."""
        context, key = info.context, key_of(input.provider_id, "IdentityProvider")
        client = await context.write(lambda work: signing.client_of(work, sealer(context), key))
        if client is None:
            raise NotFound("IdentityProvider")
        try:
            await context.services.providers.check(client.issuer, context.services.clock())
        except ProviderSilent:
            raise ProviderUnavailable from None
        return IdentityProviderAnswers()

    @mutation(commands.forget_provider_link)
    async def forget_provider_link(
        self, info: Info, input: ForgetProviderLinkInput
    ) -> ForgetProviderLinkResult:
        """Forget whom providers call a member, who got another account there."""
        key = key_of(input.membership_id, "Membership")
        await info.context.write(lambda work: commands.forget_provider_link(work, key))
        return ProviderLinkForgotten()


async def _provider(info: Info, key: UUID) -> IdentityProvider:
    async with info.context.read() as work:
        found = (await queries.providers_by_id(work, [key])).get(key)
    if found is None:
        raise NotFound("IdentityProvider")
    return IdentityProvider.of(found)


def one_time_keys(context: Context) -> OneTimeKeys:
    """Return what works out and reads the tokens of links."""
    return OneTimeKeys(context.services.keys.secret)


def sealer(context: Context) -> Sealer:
    """Return what seals and opens the secrets of providers."""
    return Sealer(context.services.keys.secret)


def way_back(context: Context) -> str:
    """Return where providers send people back to."""
    return f"{context.services.site_url}/{PAGE}"
