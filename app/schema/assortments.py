"""Assortments: which goods a seller sells to whom, and what customers must sell."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.assortments import commands, models, queries
from app.assortments.rules import AssortmentPurpose
from app.schema.batch import batch, in_order
from app.schema.catalog import (
    Brand,
    Category,
    Sku,
    brands_by_id,
    categories_by_id,
    skus_by_id,
)
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.customer_classes import (
    CustomerGroup,
    CustomerLevel,
    groups_by_id,
    levels_by_id,
)
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(AssortmentPurpose, description=AssortmentPurpose.__doc__)


@strawberry.type
class AssortmentGoods:
    """A SKU, a brand, or a category with all below it, that is in an assortment."""

    sku_id: strawberry.Private[UUID | None]
    brand_id: strawberry.Private[UUID | None]
    category_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def sku(goods: list["AssortmentGoods"], info: Info) -> list[Sku | None]:
        """The one SKU."""
        return await skus_by_id(info, [each.sku_id for each in goods])

    @batch
    @staticmethod
    async def brand(goods: list["AssortmentGoods"], info: Info) -> list[Brand | None]:
        """All of a brand."""
        return await brands_by_id(info, [each.brand_id for each in goods])

    @batch
    @staticmethod
    async def category(goods: list["AssortmentGoods"], info: Info) -> list[Category | None]:
        """All of a category and those below it."""
        return await categories_by_id(info, [each.category_id for each in goods])


@strawberry.type
class AssortmentAudience:
    """To whom an assortment is given, and for how long."""

    valid_from: datetime
    valid_until: datetime | None
    relationship_id: strawberry.Private[UUID | None]
    level_id: strawberry.Private[UUID | None]
    group_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def relationship(
        given: list["AssortmentAudience"], info: Info
    ) -> list[TradingRelationship | None]:
        """The one customer."""
        return await relationships_by_id(info, [each.relationship_id for each in given])

    @batch
    @staticmethod
    async def level(given: list["AssortmentAudience"], info: Info) -> list[CustomerLevel | None]:
        """All customers of a level and of those below it."""
        return await levels_by_id(info, [each.level_id for each in given])

    @batch
    @staticmethod
    async def group(given: list["AssortmentAudience"], info: Info) -> list[CustomerGroup | None]:
        """All customers in a group."""
        return await groups_by_id(info, [each.group_id for each in given])


@strawberry.type
class Assortment(relay.Node):
    """A seller's list of goods: all that it sells to some buyers, or what they must sell."""

    id: relay.NodeID[UUID]
    name: str
    purpose: AssortmentPurpose
    created_at: datetime

    @list_size(20)
    @batch
    @staticmethod
    async def goods(lists: list["Assortment"], info: Info) -> list[list[AssortmentGoods]]:
        """What is in it."""
        async with info.context.read() as work:
            found = await queries.goods_of(work, [each.id for each in lists])
        return [
            [
                AssortmentGoods(
                    sku_id=row.sku_id, brand_id=row.brand_id, category_id=row.category_id
                )
                for row in found.get(each.id, [])
            ]
            for each in lists
        ]

    @list_size(5)
    @batch
    @staticmethod
    async def audiences(lists: list["Assortment"], info: Info) -> list[list[AssortmentAudience]]:
        """To whom it is given."""
        async with info.context.read() as work:
            found = await queries.audiences_of(work, [each.id for each in lists])
        return [
            [
                AssortmentAudience(
                    valid_from=row.valid_from,
                    valid_until=row.valid_until,
                    relationship_id=row.relationship_id,
                    level_id=row.level_id,
                    group_id=row.group_id,
                )
                for row in found.get(each.id, [])
            ]
            for each in lists
        ]

    @classmethod
    def of(cls, row: models.Assortment) -> "Assortment":
        """Show an assortment."""
        return cls(
            id=row.id,
            name=row.name,
            purpose=AssortmentPurpose(row.purpose),
            created_at=row.created_at,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Assortment | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _by_id(info, [UUID(key) for key in node_ids])


CreateAssortmentResult = Annotated[Assortment | Refusal, strawberry.union("CreateAssortmentResult")]
ChangeAssortmentResult = Annotated[Assortment | Refusal, strawberry.union("ChangeAssortmentResult")]
GiveAssortmentResult = Annotated[Assortment | Refusal, strawberry.union("GiveAssortmentResult")]
WithdrawAssortmentResult = Annotated[
    Assortment | Refusal, strawberry.union("WithdrawAssortmentResult")
]


@strawberry.input
class AssortmentGoodsInput:
    """A SKU, a brand, or a category with all below it: one of them."""

    sku_id: relay.GlobalID | None = None
    brand_id: relay.GlobalID | None = None
    category_id: relay.GlobalID | None = None

    def named(self) -> commands.GoodsNamed:
        """Return what the command understands."""
        return commands.GoodsNamed(
            optional_key_of(self.sku_id, "Sku"),
            optional_key_of(self.brand_id, "Brand"),
            optional_key_of(self.category_id, "Category"),
        )


@strawberry.input
class CreateAssortmentInput:
    """A list of up to 2,000 goods that nobody is given yet."""

    idempotency_key: str
    name: str
    purpose: AssortmentPurpose = AssortmentPurpose.SOLD
    goods: list[AssortmentGoodsInput]


@strawberry.input
class ChangeAssortmentInput:
    """What to change; goods replace all that is in it."""

    assortment_id: relay.GlobalID
    name: str | None = None
    goods: list[AssortmentGoodsInput] | None = None


@strawberry.input
class GiveAssortmentInput:
    """To whom to give it: one customer, a level or a group; from a day to a day, both included."""

    assortment_id: relay.GlobalID
    relationship_id: relay.GlobalID | None = None
    level_id: relay.GlobalID | None = None
    group_id: relay.GlobalID | None = None
    first_day: date | None = None
    last_day: date | None = None


@strawberry.input
class WithdrawAssortmentInput:
    """From whom to take it: one customer, a level or a group."""

    assortment_id: relay.GlobalID
    relationship_id: relay.GlobalID | None = None
    level_id: relay.GlobalID | None = None
    group_id: relay.GlobalID | None = None


@strawberry.type
class AssortmentsQuery:
    """Questions about own assortments."""

    @query(queries.assortments)
    async def assortments(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Assortment]:
        """The own organisation's assortments and must-sell lists, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.assortments(work, page), Assortment.of)


@strawberry.type
class AssortmentsMutation:
    """What can be done about own assortments."""

    @mutation(commands.create_assortment)
    async def create_assortment(
        self, info: Info, input: CreateAssortmentInput
    ) -> CreateAssortmentResult:
        """Make a list of goods, to be given to customers next."""
        goods = [each.named() for each in input.goods]
        key = await info.context.write(
            lambda work: commands.create_assortment(
                work, input.name, input.purpose, goods, input.idempotency_key
            )
        )
        return await _one(info, key)

    @mutation(commands.change_assortment)
    async def change_assortment(
        self, info: Info, input: ChangeAssortmentInput
    ) -> ChangeAssortmentResult:
        """Rename an own assortment, or replace what is in it; carts and orders go by it at once."""
        assortment_id = key_of(input.assortment_id, "Assortment")
        goods = None if input.goods is None else [each.named() for each in input.goods]
        key = await info.context.write(
            lambda work: commands.change_assortment(work, assortment_id, input.name, goods)
        )
        return await _one(info, key)

    @mutation(commands.give_assortment)
    async def give_assortment(self, info: Info, input: GiveAssortmentInput) -> GiveAssortmentResult:
        """Hold customers to an own assortment, or tell them what they must sell."""
        assortment_id = key_of(input.assortment_id, "Assortment")
        audience = _audience(input)
        key = await info.context.write(
            lambda work: commands.give_assortment(
                work, assortment_id, audience, input.first_day, input.last_day
            )
        )
        return await _one(info, key)

    @mutation(commands.withdraw_assortment)
    async def withdraw_assortment(
        self, info: Info, input: WithdrawAssortmentInput
    ) -> WithdrawAssortmentResult:
        """Take an own assortment from those to whom it was given."""
        assortment_id = key_of(input.assortment_id, "Assortment")
        audience = _audience(input)
        key = await info.context.write(
            lambda work: commands.withdraw_assortment(work, assortment_id, audience)
        )
        return await _one(info, key)


def _audience(input: GiveAssortmentInput | WithdrawAssortmentInput) -> commands.Audience:
    return commands.Audience(
        optional_key_of(input.relationship_id, "TradingRelationship"),
        optional_key_of(input.level_id, "CustomerLevel"),
        optional_key_of(input.group_id, "CustomerGroup"),
    )


async def _by_id(info: Info, ids: list[UUID]) -> list[Assortment | None]:
    async with info.context.read() as work:
        found = await queries.assortments_by_id(work, ids)
    return in_order(ids, found, Assortment.of)


async def _one(info: Info, key: UUID) -> Assortment:
    async with info.context.read() as work:
        return Assortment.of((await queries.assortments_by_id(work, [key]))[key])
