"""Discount authority: how far a role or a person may go below a price by hand (R3-50)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.pricing import commands, models, queries
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal


@strawberry.type
class DiscountAuthority(relay.Node):
    """A limit for discounts by hand; beyond it an order asks for approval.

    A person's own limit counts before those of the roles held; of several roles the highest.
    """

    id: relay.NodeID[UUID]
    limit_percent: Decimal
    created_at: datetime
    ended_at: datetime | None = strawberry.field(description="The first instant without it.")
    row: strawberry.Private[models.DiscountAuthority]

    @strawberry.field
    def role_id(self) -> relay.GlobalID | None:
        """The role, when all who hold it have this limit."""
        role_id = self.row.role_id
        return relay.GlobalID("Role", str(role_id)) if role_id else None

    @strawberry.field
    def membership_id(self) -> relay.GlobalID | None:
        """The person, when one has this limit."""
        membership_id = self.row.membership_id
        return relay.GlobalID("Membership", str(membership_id)) if membership_id else None

    @batch
    @staticmethod
    async def holder_name(
        authorities: list["DiscountAuthority"],
        info: Info,
    ) -> list[str]:
        """What the role or the person is called."""
        async with info.context.read() as work:
            names = await queries.holders_of(work, [each.row for each in authorities])
        return [
            names[key]
            for each in authorities
            if (key := each.row.role_id or each.row.membership_id)
        ]

    @classmethod
    def of(cls, row: models.DiscountAuthority) -> "DiscountAuthority":
        """Show an authority."""
        return cls(
            id=row.id,
            limit_percent=row.limit_percent,
            created_at=row.created_at,
            ended_at=row.ended_at,
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["DiscountAuthority | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.discount_authorities_by_id(work, keys)
        return in_order(keys, found, cls.of)


SetDiscountAuthorityResult = Annotated[
    DiscountAuthority | Refusal, strawberry.union("SetDiscountAuthorityResult")
]
EndDiscountAuthorityResult = Annotated[
    DiscountAuthority | Refusal, strawberry.union("EndDiscountAuthorityResult")
]


@strawberry.input
class SetDiscountAuthorityInput:
    """Either a role or a person of the own organisation, and 0 to 100 percent."""

    limit_percent: Decimal
    role_id: relay.GlobalID | None = None
    membership_id: relay.GlobalID | None = None

    def holder(self) -> commands.Holder:
        """Return what the command understands."""
        return commands.Holder(
            optional_key_of(self.role_id, "Role"),
            optional_key_of(self.membership_id, "Membership"),
        )


@strawberry.input
class EndDiscountAuthorityInput:
    """An authority to take back."""

    discount_authority_id: relay.GlobalID


@strawberry.type
class DiscountAuthorityQuery:
    """Questions about discounts by hand."""

    @query(queries.discount_authorities)
    async def discount_authorities(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[DiscountAuthority]:
        """The own organisation's authorities, ended ones too, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.discount_authorities(work, page), DiscountAuthority.of)

    @query(queries.own_discount_limit)
    async def own_discount_limit(self, info: Info) -> Decimal:
        """How many percent the viewer may take off by hand; 0 without an authority."""
        async with info.context.read() as work:
            return await queries.own_discount_limit(work)


@strawberry.type
class DiscountAuthorityMutation:
    """Changes of discount authority."""

    @mutation(commands.set_discount_authority)
    async def set_discount_authority(
        self, info: Info, input: SetDiscountAuthorityInput
    ) -> SetDiscountAuthorityResult:
        """Set how far a role or a person may discount from now on; repeating changes nothing."""
        holder = input.holder()
        row = await info.context.write(
            lambda work: commands.set_discount_authority(work, holder, input.limit_percent)
        )
        return DiscountAuthority.of(row)

    @mutation(commands.end_discount_authority)
    async def end_discount_authority(
        self, info: Info, input: EndDiscountAuthorityInput
    ) -> EndDiscountAuthorityResult:
        """Take an authority back from now on; repeating changes nothing."""
        key = key_of(input.discount_authority_id, "DiscountAuthority")
        row = await info.context.write(lambda work: commands.end_discount_authority(work, key))
        return DiscountAuthority.of(row)
