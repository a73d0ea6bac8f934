"""Price lists and their entries, for the organisation that sells by them (R3-13..R3-15)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.pricing import commands, models, queries
from app.pricing.operations.lists import ListAsKnown
from app.pricing.rules import BreakType, Combination, ContractRule, PriceKind
from app.schema.batch import batch, given, in_order
from app.schema.catalog import (
    Brand,
    Category,
    Sku,
    brands_by_id,
    categories_by_id,
    skus_by_id,
)
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import (
    CustomerLevel,
    TradingRelationship,
    levels_by_id,
    relationships_by_id,
)
from app.schema.paging import FIRST, connection, page_request
from app.schema.pricing.inputs import CreatePriceListInput, EndPriceListInput, SetPricesInput
from app.schema.refusals import Refusal


@strawberry.type
class PriceEntry(relay.Node):
    """One price of a list in one version: what stood before and after is another entry.

    It is for a SKU, or for a brand in a category, a category with all below it, or everything.
    """

    id: relay.NodeID[UUID]
    packaging_level: PackagingLevel | None = strawberry.field(
        description="The unit that the amount is for; null means a piece."
    )
    from_quantity: Decimal = strawberry.field(description="From how many pieces on it counts.")
    amount: Decimal | None = strawberry.field(description="In the list's currency.")
    percent_of_list: Decimal | None = strawberry.field(
        description="88 means 88 % of the seller's base price."
    )
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    sku_id: strawberry.Private[UUID | None]
    brand_id: strawberry.Private[UUID | None]
    category_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def sku(
        entries: list["PriceEntry"],
        info: Info,
    ) -> list[Sku | None]:
        """The SKU, when the price is for one."""
        return await skus_by_id(info, [entry.sku_id for entry in entries])

    @batch
    @staticmethod
    async def brand(
        entries: list["PriceEntry"],
        info: Info,
    ) -> list[Brand | None]:
        """The brand, when the price is for one within a category."""
        return await brands_by_id(info, [entry.brand_id for entry in entries])

    @batch
    @staticmethod
    async def category(
        entries: list["PriceEntry"],
        info: Info,
    ) -> list[Category | None]:
        """The category, when the price is for one and all below it."""
        return await categories_by_id(info, [entry.category_id for entry in entries])

    @classmethod
    def of(cls, row: models.PriceEntry) -> "PriceEntry":
        """Show an entry."""
        return cls(
            id=row.id,
            packaging_level=PackagingLevel(row.packaging_level) if row.packaging_level else None,
            from_quantity=row.from_quantity,
            amount=row.amount,
            percent_of_list=row.percent_of_list,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            sku_id=row.sku_id,
            brand_id=row.brand_id,
            category_id=row.category_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceEntry | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.price_entries_by_id(work, keys)
        return in_order(keys, found, cls.of)


@strawberry.type
class PriceList(relay.Node):
    """A seller's prices for everyone, a level, one buyer, or by contract with one buyer."""

    id: relay.NodeID[UUID]
    name: str
    kind: PriceKind
    currency: str
    priority: int = strawberry.field(description="Among lists of one kind the higher one wins.")
    is_tax_inclusive: bool
    combination: Combination
    contract_rule: ContractRule
    break_type: BreakType
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    created_at: datetime
    level_id: strawberry.Private[UUID | None]
    relationship_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def level(
        lists: list["PriceList"],
        info: Info,
    ) -> list[CustomerLevel | None]:
        """The customer level that a LEVEL list is for."""
        return await levels_by_id(info, [each.level_id for each in lists])

    @batch
    @staticmethod
    async def relationship(
        lists: list["PriceList"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """The customer that a BUYER or CONTRACT list is for."""
        return await relationships_by_id(info, [each.relationship_id for each in lists])

    @batch
    @staticmethod
    async def entries(
        lists: list["PriceList"],
        info: Info,
        first: int = FIRST,
        after: str | None = None,
        at: datetime | None = None,
        known_at: datetime | None = None,
    ) -> list[relay.Connection[PriceEntry]]:
        """Its prices, oldest first: every version, or with `at` those in force at that instant.

        With `knownAt` they are those that were written down at that instant, not now.
        """
        page = page_request(first, after)
        async with info.context.read() as work:
            keys = [each.id for each in lists]
            found = await queries.price_entries_of(work, keys, page, at, known_at)
        return [connection(found[each.id], PriceEntry.of) for each in lists]

    @classmethod
    def of(cls, found: ListAsKnown) -> "PriceList":
        """Show a list."""
        row, terms = found.row, found.terms[-1]
        return cls(
            id=row.id,
            name=row.name,
            kind=PriceKind(row.kind),
            currency=row.currency,
            priority=terms.priority,
            is_tax_inclusive=row.is_tax_inclusive,
            combination=Combination(terms.combination),
            contract_rule=ContractRule(terms.contract_rule),
            break_type=BreakType(terms.break_type),
            valid_from=found.valid_from,
            valid_until=found.valid_until,
            created_at=row.created_at,
            level_id=row.level_id,
            relationship_id=row.relationship_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceList | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await price_lists_by_id(info, [UUID(key) for key in node_ids])


async def price_lists_by_id(info: Info, ids: Sequence[UUID | None]) -> list[PriceList | None]:
    """Load price lists in the order of `ids`; null for any but the viewer's own."""
    async with info.context.read() as work:
        found = await queries.price_lists_by_id(work, given(ids))
    return in_order(ids, found, PriceList.of)


CreatePriceListResult = Annotated[PriceList | Refusal, strawberry.union("CreatePriceListResult")]
SetPricesResult = Annotated[PriceList | Refusal, strawberry.union("SetPricesResult")]
EndPriceListResult = Annotated[PriceList | Refusal, strawberry.union("EndPriceListResult")]


@strawberry.type
class PriceListQuery:
    """Questions about the own organisation's price lists."""

    @query(queries.price_lists)
    async def price_lists(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[PriceList]:
        """The own organisation's price lists by name, ended ones too."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.price_lists(work, page), PriceList.of)

    @query(queries.price_list)
    async def price_list(self, info: Info, id: relay.GlobalID) -> PriceList:
        """One of the own organisation's price lists."""
        async with info.context.read() as work:
            return PriceList.of(await queries.price_list(work, key_of(id, "PriceList")))


@strawberry.type
class PriceListMutation:
    """Changes of the own organisation's price lists."""

    @mutation(commands.create_price_list)
    async def create_price_list(
        self, info: Info, input: CreatePriceListInput
    ) -> CreatePriceListResult:
        """Make an empty price list; the same idempotency key makes it once."""
        new = input.new()
        made = await info.context.write(
            lambda work: commands.create_price_list(work, new, input.idempotency_key)
        )
        return PriceList.of(made)

    @mutation(commands.set_prices)
    async def set_prices(self, info: Info, input: SetPricesInput) -> SetPricesResult:
        """Set up to 1000 prices of a list, all or none; repeating it changes nothing more."""
        list_id, changes = key_of(input.price_list_id, "PriceList"), input.changes()
        changed = await info.context.write(lambda work: commands.set_prices(work, list_id, changes))
        return PriceList.of(changed)

    @mutation(commands.end_price_list)
    async def end_price_list(self, info: Info, input: EndPriceListInput) -> EndPriceListResult:
        """Let a price list end after a day, or at once; it is never deleted."""
        list_id = key_of(input.price_list_id, "PriceList")
        ended = await info.context.write(
            lambda work: commands.end_price_list(work, list_id, input.last_day)
        )
        return PriceList.of(ended)
