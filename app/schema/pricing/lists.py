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

from app.organisations.models import SalesChannel
from app.pricing import commands, models, queries
from app.pricing.operations.lists import ListAsKnown
from app.pricing.rules import BreakType, Combination, ContractRule, PriceKind
from app.pricing.rules.basis import BreakBasis
from app.schema.batch import batch, given, in_order
from app.schema.context import Info
from app.schema.cost import cost, list_size
from app.schema.customer_classes import (
    CustomerGroup,
    CustomerLevel,
    Territory,
    groups_by_id,
    levels_by_id,
    territories_by_id,
)
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.pricing.entries import PriceEntry
from app.schema.pricing.inputs import (
    ChangePriceListTermsInput,
    CreatePriceListInput,
    EndPriceListInput,
    SetPricesInput,
)
from app.schema.refusals import Refusal


@strawberry.type
class Derivation:
    """How every price of the parent becomes one of the list: times percent, plus an amount.

    Then it is rounded half up to a multiple and held between floor and ceiling (Our rule 3).
    """

    percent: Decimal
    amount_added: Decimal
    multiple: Decimal | None
    floor: Decimal | None
    ceiling: Decimal | None
    parent_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def parent(
        derivations: list["Derivation"],
        info: Info,
    ) -> list["PriceList | None"]:
        """The list that it derives from."""
        return await price_lists_by_id(info, [each.parent_id for each in derivations])


@strawberry.type
class PriceListTerms:
    """What a list says beside its prices for an interval of price instants, as known for a time."""

    priority: int
    combination: Combination
    contract_rule: ContractRule
    break_type: BreakType
    break_basis: BreakBasis
    is_promotable: bool = strawberry.field(description="Whether schemes may reduce its prices.")
    is_inheritable: bool = strawberry.field(
        description="Whether sellers further down may inherit its prices."
    )
    derivation: Derivation | None
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without them.")
    known_from: datetime = strawberry.field(description="When they were written down.")
    known_until: datetime | None = strawberry.field(
        description="When they were written anew; null for what is known now."
    )

    @classmethod
    def of(cls, row: models.PriceListTerms) -> "PriceListTerms":
        """Show terms."""
        return cls(
            priority=row.priority,
            combination=Combination(row.combination),
            contract_rule=ContractRule(row.contract_rule),
            break_type=BreakType(row.break_type),
            break_basis=BreakBasis(row.break_basis),
            is_promotable=row.is_promotable,
            is_inheritable=row.is_inheritable,
            derivation=_derivation(row),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            known_from=row.known_from,
            known_until=row.known_until,
        )


@strawberry.type
class PriceList(relay.Node):
    """A seller's prices for everyone, for a class of buyers, or for one, by contract or not.

    What can change of it is told as it is now; `terms` tells the rest.
    """

    id: relay.NodeID[UUID]
    name: str
    kind: PriceKind
    currency: str
    priority: int = strawberry.field(description="Among lists of one kind the higher one wins.")
    is_tax_inclusive: bool
    combination: Combination
    contract_rule: ContractRule
    break_type: BreakType
    break_basis: BreakBasis
    is_promotable: bool
    is_inheritable: bool
    derivation: Derivation | None = strawberry.field(
        description="How it derives from another list, when it does."
    )
    sales_channel: SalesChannel | None = strawberry.field(
        description="The channel that a CHANNEL list is for."
    )
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    created_at: datetime
    level_id: strawberry.Private[UUID | None]
    relationship_id: strawberry.Private[UUID | None]
    group_id: strawberry.Private[UUID | None]
    territory_id: strawberry.Private[UUID | None]

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
    async def group(
        lists: list["PriceList"],
        info: Info,
    ) -> list[CustomerGroup | None]:
        """The customer group that a GROUP list is for."""
        return await groups_by_id(info, [each.group_id for each in lists])

    @batch
    @staticmethod
    async def territory(
        lists: list["PriceList"],
        info: Info,
    ) -> list[Territory | None]:
        """The territory that a TERRITORY list is for, with all within it."""
        return await territories_by_id(info, [each.territory_id for each in lists])

    @list_size(5)
    @batch
    @staticmethod
    async def terms(
        lists: list["PriceList"],
        info: Info,
        known_at: datetime | None = None,
    ) -> list[list[PriceListTerms]]:
        """All terms ever written down, or with `knownAt` those known at that instant."""
        async with info.context.read() as work:
            found = await queries.price_list_terms_of(work, [each.id for each in lists], known_at)
        return [[PriceListTerms.of(row) for row in found[each.id]] for each in lists]

    @batch
    @staticmethod
    async def parent(
        lists: list["PriceList"],
        info: Info,
    ) -> list["PriceList | None"]:
        """The list that it derives from now."""
        parents = [each.derivation.parent_id if each.derivation else None for each in lists]
        return await price_lists_by_id(info, parents)

    @list_size(10)
    @batch
    @staticmethod
    async def children(
        lists: list["PriceList"],
        info: Info,
    ) -> list[list["PriceList"]]:
        """The lists that derive from it now, by name."""
        async with info.context.read() as work:
            found = await queries.derived_lists_of(work, [each.id for each in lists])
        return [[PriceList.of(child) for child in found[each.id]] for each in lists]

    @batch
    @staticmethod
    async def entries(  # noqa: PLR0913, PLR0917  # the field's arguments, by name in the API
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
        row, terms = found.row, found.current
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
            break_basis=BreakBasis(terms.break_basis),
            is_promotable=terms.is_promotable,
            is_inheritable=terms.is_inheritable,
            derivation=_derivation(terms),
            sales_channel=SalesChannel(row.sales_channel) if row.sales_channel else None,
            valid_from=found.valid_from,
            valid_until=found.valid_until,
            created_at=row.created_at,
            level_id=row.level_id,
            relationship_id=row.relationship_id,
            group_id=row.group_id,
            territory_id=row.territory_id,
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


def _derivation(row: models.PriceListTerms) -> Derivation | None:
    if row.parent_id is None:
        return None
    return Derivation(
        percent=row.percent,
        amount_added=row.amount_added,
        multiple=row.multiple,
        floor=row.floor,
        ceiling=row.ceiling,
        parent_id=row.parent_id,
    )


CreatePriceListResult = Annotated[PriceList | Refusal, strawberry.union("CreatePriceListResult")]
SetPricesResult = Annotated[PriceList | Refusal, strawberry.union("SetPricesResult")]
ChangePriceListTermsResult = Annotated[
    PriceList | Refusal, strawberry.union("ChangePriceListTermsResult")
]
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

    @cost(50)
    @mutation(commands.set_prices)
    async def set_prices(self, info: Info, input: SetPricesInput) -> SetPricesResult:
        """Set up to 1000 prices of a list, all or none; repeating it changes nothing more."""
        list_id, changes = key_of(input.price_list_id, "PriceList"), input.changes()
        changed = await info.context.write(lambda work: commands.set_prices(work, list_id, changes))
        return PriceList.of(changed)

    @mutation(commands.change_price_list_terms)
    async def change_price_list_terms(
        self, info: Info, input: ChangePriceListTermsInput
    ) -> ChangePriceListTermsResult:
        """Set terms of a price list from a day on; what it said before stays known."""
        list_id, change = key_of(input.price_list_id, "PriceList"), input.change()
        changed = await info.context.write(
            lambda work: commands.change_price_list_terms(work, list_id, change)
        )
        return PriceList.of(changed)

    @mutation(commands.end_price_list)
    async def end_price_list(self, info: Info, input: EndPriceListInput) -> EndPriceListResult:
        """Let a price list end after a day, or at once; it is never deleted."""
        list_id = key_of(input.price_list_id, "PriceList")
        ended = await info.context.write(
            lambda work: commands.end_price_list(work, list_id, input.last_day)
        )
        return PriceList.of(ended)
