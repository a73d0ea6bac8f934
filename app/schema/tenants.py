"""Networks, as the platform's own staff sees them (R3-30)."""
# pyright: reportIncompatibleMethodOverride=false
# relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.identities.operations import NewPerson
from app.kernel.money import TaxMode
from app.people.commands import networks as commands
from app.people.commands.networks import Network
from app.people.queries import networks as queries
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.tenants import models
from app.tenants.models import BandRule, FreeGoodsTax, TenantStatus
from app.tenants.operations import Settings

for _words in (BandRule, FreeGoodsTax, TaxMode, TenantStatus):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class Tenant(relay.Node):
    """One distribution network, apart from all others."""

    id: relay.NodeID[UUID]
    slug: str
    name: str
    status: TenantStatus
    time_zone: str
    currency: str
    tax_mode: TaxMode
    band_rule: BandRule
    free_goods_tax: FreeGoodsTax
    requires_proven_email: bool
    created_at: datetime

    @classmethod
    def of(cls, row: models.Tenant) -> "Tenant":
        """Show a tenant."""
        return cls(
            id=row.id,
            slug=row.slug,
            name=row.name,
            status=TenantStatus(row.status),
            time_zone=row.time_zone,
            currency=row.currency,
            tax_mode=TaxMode(row.tax_mode),
            band_rule=BandRule(row.band_rule),
            free_goods_tax=FreeGoodsTax(row.free_goods_tax),
            requires_proven_email=row.requires_proven_email,
            created_at=row.created_at,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Tenant | None"]:
        """Load by global id; unknown ids give null."""
        del required
        return await tenants_by_id(info, [UUID(key) for key in node_ids])


async def tenants_by_id(info: Info, ids: Sequence[UUID]) -> list[Tenant | None]:
    """Load networks in the order asked for, for other types' fields."""
    async with info.context.read() as work:
        rows = await queries.tenants_by_id(work, ids)
    return [Tenant.of(row) if row else None for row in rows]


@strawberry.input
class AdministratorInput:
    """The first person of a network; the password counts only if the e-mail is new."""

    name: str
    email: str
    initial_password: str


@strawberry.input
class CreateTenantInput:
    """A network to found: IANA time zone, ISO currency, the brand at its root."""

    slug: str
    name: str
    time_zone: str
    currency: str
    organisation_name: str
    administrator: AdministratorInput

    def network(self) -> Network:
        """Put it in the domain's words."""
        person = self.administrator
        return Network(
            slug=self.slug,
            name=self.name,
            time_zone=self.time_zone,
            currency=self.currency,
            organisation_name=self.organisation_name,
            administrator=NewPerson(person.name, person.email, person.initial_password),
        )


@strawberry.input
class SuspendTenantInput:
    """A network whose people must stop working, and why."""

    tenant_id: relay.GlobalID
    reason: str


@strawberry.input
class ResumeTenantInput:
    """A suspended network whose people may work again."""

    tenant_id: relay.GlobalID


@strawberry.input
class ChangeNetworkSettingsInput:
    """The own network's name, and where its tax is rounded from now on; what is left out stays."""

    name: str
    tax_mode: TaxMode
    band_rule: BandRule | None = strawberry.field(
        default=None, description="Whether bands granted from above bind or only warn."
    )
    free_goods_tax: FreeGoodsTax | None = strawberry.field(
        default=None, description="How free goods are taxed."
    )
    requires_proven_email: bool | None = strawberry.field(
        default=None, description="Whether only who has proved their e-mail address acts here."
    )

    def settings(self) -> Settings:
        """Put it in the domain's words."""
        return Settings(
            name=self.name,
            tax_mode=self.tax_mode,
            band_rule=self.band_rule,
            free_goods_tax=self.free_goods_tax,
            requires_proven_email=self.requires_proven_email,
        )


ChangeNetworkSettingsResult = Annotated[
    Tenant | Refusal, strawberry.union("ChangeNetworkSettingsResult")
]
CreateTenantResult = Annotated[Tenant | Refusal, strawberry.union("CreateTenantResult")]
SuspendTenantResult = Annotated[Tenant | Refusal, strawberry.union("SuspendTenantResult")]
ResumeTenantResult = Annotated[Tenant | Refusal, strawberry.union("ResumeTenantResult")]


@strawberry.type
class TenantsQuery:
    """Questions about networks."""

    @query(queries.tenants)
    async def tenants(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Tenant]:
        """All networks of this installation, by short name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.tenants(work, page), Tenant.of)


@strawberry.type
class TenantsMutation:
    """What can be done about networks."""

    @cost(100)
    @mutation(commands.create_tenant)
    async def create_tenant(self, info: Info, input: CreateTenantInput) -> CreateTenantResult:
        """Found a network: built-in roles, the brand at its root, its first administrator."""
        network = input.network()
        row = await info.context.write(lambda work: commands.create_tenant(work, network))
        return Tenant.of(row)

    @mutation(commands.suspend_tenant)
    async def suspend_tenant(self, info: Info, input: SuspendTenantInput) -> SuspendTenantResult:
        """Stop everybody in a network from the next request on."""
        key = key_of(input.tenant_id, "Tenant")
        row = await info.context.write(
            lambda work: commands.suspend_tenant(work, key, input.reason)
        )
        return Tenant.of(row)

    @mutation(commands.resume_tenant)
    async def resume_tenant(self, info: Info, input: ResumeTenantInput) -> ResumeTenantResult:
        """Let a suspended network work again."""
        key = key_of(input.tenant_id, "Tenant")
        return Tenant.of(await info.context.write(lambda work: commands.resume_tenant(work, key)))

    @mutation(commands.change_network_settings)
    async def change_network_settings(
        self, info: Info, input: ChangeNetworkSettingsInput
    ) -> ChangeNetworkSettingsResult:
        """Rename the own network, say where tax is rounded and which bands bind (R3-34)."""
        row = await info.context.write(
            lambda work: commands.change_network_settings(work, input.settings())
        )
        return Tenant.of(row)
