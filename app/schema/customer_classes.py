"""Levels, groups and territories: how a seller classes its customers, seen by that seller only."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.organisations import commands, models, queries
from app.organisations.models import SalesChannel
from app.schema.assigned_reps import AssignedRep
from app.schema.batch import batch, given, in_order
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(SalesChannel, description=SalesChannel.__doc__)


@strawberry.type
class CustomerLevel(relay.Node):
    """A seller's class of customers, seen by that seller only (R3-13)."""

    id: relay.NodeID[UUID]
    name: str
    parent_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def parent(
        levels: list["CustomerLevel"],
        info: Info,
    ) -> list["CustomerLevel | None"]:
        """The level whose prices apply where this one's are silent."""
        return await levels_by_id(info, [level.parent_id for level in levels])

    @classmethod
    def of(cls, row: models.CustomerLevel) -> "CustomerLevel":
        """Show a level."""
        return cls(id=row.id, name=row.name, parent_id=row.parent_id)

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["CustomerLevel | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await levels_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class CustomerGroup(relay.Node):
    """A seller's own grouping of customers, whatever their level (R3-15)."""

    id: relay.NodeID[UUID]
    name: str

    @classmethod
    def of(cls, row: models.CustomerGroup) -> "CustomerGroup":
        """Show a group."""
        return cls(id=row.id, name=row.name)

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["CustomerGroup | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await groups_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class Territory(relay.Node):
    """A seller's sales area; prices of the one around it apply where its own are silent."""

    id: relay.NodeID[UUID]
    name: str
    parent_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def parent(
        territories: list["Territory"],
        info: Info,
    ) -> list["Territory | None"]:
        """The area that this one lies within."""
        return await territories_by_id(info, [item.parent_id for item in territories])

    @list_size(3)
    @batch
    @staticmethod
    async def reps(territories: list["Territory"], info: Info) -> list[list[AssignedRep]]:
        """Who looks after its customers now, and who will, the earliest first."""
        async with info.context.read() as work:
            found = await queries.reps_of_territories(work, [item.id for item in territories])
        return [[AssignedRep.of(row) for row in found.get(item.id, [])] for item in territories]

    @classmethod
    def of(cls, row: models.Territory) -> "Territory":
        """Show a territory."""
        return cls(id=row.id, name=row.name, parent_id=row.parent_id)

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Territory | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await territories_by_id(info, [UUID(key) for key in node_ids])


async def levels_by_id(info: Info, ids: Sequence[UUID | None]) -> list[CustomerLevel | None]:
    """Load customer levels in the order of `ids`; null for any but the viewer's own."""
    if not given(ids):
        return [None] * len(ids)
    async with info.context.read() as work:
        found = await queries.levels_by_id(work, given(ids))
    return in_order(ids, found, CustomerLevel.of)


async def groups_by_id(info: Info, ids: Sequence[UUID | None]) -> list[CustomerGroup | None]:
    """Load customer groups in the order of `ids`; null for any but the viewer's own."""
    if not given(ids):
        return [None] * len(ids)
    async with info.context.read() as work:
        found = await queries.groups_by_id(work, given(ids))
    return in_order(ids, found, CustomerGroup.of)


async def territories_by_id(info: Info, ids: Sequence[UUID | None]) -> list[Territory | None]:
    """Load territories in the order of `ids`; null for any but the viewer's own."""
    if not given(ids):
        return [None] * len(ids)
    async with info.context.read() as work:
        found = await queries.territories_by_id(work, given(ids))
    return in_order(ids, found, Territory.of)


@strawberry.type
class CustomerClassesQuery:
    """Questions about how the own organisation classes its customers."""

    @query(queries.customer_levels)
    async def customer_levels(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[CustomerLevel]:
        """The own organisation's customer levels, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.customer_levels(work, page), CustomerLevel.of)

    @query(queries.customer_groups)
    async def customer_groups(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[CustomerGroup]:
        """The own organisation's customer groups, by name; `customers` tells who is in one."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.customer_groups(work, page), CustomerGroup.of)

    @query(queries.territories)
    async def territories(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Territory]:
        """The own organisation's territories, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.territories(work, page), Territory.of)


CreateCustomerLevelResult = Annotated[
    CustomerLevel | Refusal, strawberry.union("CreateCustomerLevelResult")
]
CreateCustomerGroupResult = Annotated[
    CustomerGroup | Refusal, strawberry.union("CreateCustomerGroupResult")
]
AddGroupMembersResult = Annotated[
    CustomerGroup | Refusal, strawberry.union("AddGroupMembersResult")
]
RemoveGroupMembersResult = Annotated[
    CustomerGroup | Refusal, strawberry.union("RemoveGroupMembersResult")
]
CreateTerritoryResult = Annotated[Territory | Refusal, strawberry.union("CreateTerritoryResult")]
ChangeTerritoryResult = Annotated[Territory | Refusal, strawberry.union("ChangeTerritoryResult")]


@strawberry.input
class CreateCustomerLevelInput:
    """A level of the own customers."""

    name: str
    parent_id: relay.GlobalID | None = None


@strawberry.input
class CreateCustomerGroupInput:
    """A group of the own customers."""

    name: str


@strawberry.input
class AddGroupMembersInput:
    """A group, and up to 1000 customers to put into it."""

    group_id: relay.GlobalID
    relationship_ids: list[relay.GlobalID]


@strawberry.input
class RemoveGroupMembersInput:
    """A group, and up to 1000 customers to take out of it."""

    group_id: relay.GlobalID
    relationship_ids: list[relay.GlobalID]


@strawberry.input
class CreateTerritoryInput:
    """A sales area; with a parent it lies within that."""

    name: str
    parent_id: relay.GlobalID | None = None


@strawberry.input
class ChangeTerritoryInput:
    """What a sales area is called from now on, and which one it lies within: none without one."""

    territory_id: relay.GlobalID
    name: str
    parent_id: relay.GlobalID | None = None


def _relationships(ids: Sequence[relay.GlobalID]) -> list[UUID]:
    return [key_of(each, "TradingRelationship") for each in ids]


@strawberry.type
class CustomerClassesMutation:
    """Changes of how the own organisation classes its customers."""

    @mutation(commands.create_customer_level)
    async def create_customer_level(
        self, info: Info, input: CreateCustomerLevelInput
    ) -> CreateCustomerLevelResult:
        """Add a level to the own organisation's customer levels."""
        parent_id = optional_key_of(input.parent_id, "CustomerLevel")
        row = await info.context.write(
            lambda work: commands.create_customer_level(work, input.name, parent_id)
        )
        return CustomerLevel.of(row)

    @mutation(commands.create_customer_group)
    async def create_customer_group(
        self, info: Info, input: CreateCustomerGroupInput
    ) -> CreateCustomerGroupResult:
        """Add an empty group of customers."""
        row = await info.context.write(
            lambda work: commands.create_customer_group(work, input.name)
        )
        return CustomerGroup.of(row)

    @mutation(commands.add_group_members)
    async def add_group_members(
        self, info: Info, input: AddGroupMembersInput
    ) -> AddGroupMembersResult:
        """Put customers into a group, all or none; repeating it changes nothing."""
        group_id = key_of(input.group_id, "CustomerGroup")
        members = _relationships(input.relationship_ids)
        row = await info.context.write(
            lambda work: commands.add_group_members(work, group_id, members)
        )
        return CustomerGroup.of(row)

    @mutation(commands.remove_group_members)
    async def remove_group_members(
        self, info: Info, input: RemoveGroupMembersInput
    ) -> RemoveGroupMembersResult:
        """Take customers out of a group; repeating it changes nothing."""
        group_id = key_of(input.group_id, "CustomerGroup")
        members = _relationships(input.relationship_ids)
        row = await info.context.write(
            lambda work: commands.remove_group_members(work, group_id, members)
        )
        return CustomerGroup.of(row)

    @mutation(commands.create_territory)
    async def create_territory(
        self, info: Info, input: CreateTerritoryInput
    ) -> CreateTerritoryResult:
        """Add a sales area."""
        parent_id = optional_key_of(input.parent_id, "Territory")
        row = await info.context.write(
            lambda work: commands.create_territory(work, input.name, parent_id)
        )
        return Territory.of(row)

    @mutation(commands.change_territory)
    async def change_territory(
        self, info: Info, input: ChangeTerritoryInput
    ) -> ChangeTerritoryResult:
        """Rename or move a sales area; it cannot lie within itself."""
        territory_id = key_of(input.territory_id, "Territory")
        parent_id = optional_key_of(input.parent_id, "Territory")
        row = await info.context.write(
            lambda work: commands.change_territory(work, territory_id, input.name, parent_id)
        )
        return Territory.of(row)
