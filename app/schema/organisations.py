"""Organisations of the network and the trading relationships between them (R3-5, R3-6, R3-37)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from inspect import getdoc
from uuid import UUID

import strawberry
from strawberry import relay

from app.db.work import Work
from app.organisations import models, queries
from app.organisations.models import (
    OrganisationKind,
    OrganisationStatus,
    PaymentGate,
    PaymentTerms,
    PaymentWay,
    PriceInstant,
    SalesChannel,
    ShortagePolicy,
    ShownStock,
    UpstreamVisibility,
)
from app.organisations.operations import ways_of
from app.rbac.permissions import Permission
from app.schema.assigned_reps import AssignedRep
from app.schema.batch import batch, given, in_order
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.customer_classes import (
    CustomerGroup,
    CustomerLevel,
    Territory,
    levels_by_id,
    territories_by_id,
)
from app.schema.paging import FIRST, connection, page_request

for _words in (
    OrganisationKind,
    OrganisationStatus,
    PaymentGate,
    PaymentTerms,
    PaymentWay,
    PriceInstant,
    ShortagePolicy,
    ShownStock,
    UpstreamVisibility,
):
    strawberry.enum(_words, description=getdoc(_words))


@strawberry.type
class Organisation(relay.Node):
    """A node of the network: it buys from the ones above and sells to the ones below."""

    id: relay.NodeID[UUID]
    name: str
    kind: OrganisationKind
    activates_at: datetime | None = strawberry.field(
        description="From when it trades, or traded, where it was made ready before; null of what "
        "is prepared means until somebody activates it."
    )
    city: str
    region: str
    country: str
    created_at: datetime
    standard_margin_percent: Decimal | None = strawberry.field(
        description="The margin behind fallback prices, in percent; shown to those of its owner "
        "only who may read prices: with a price it tells what was paid."
    )
    needs_price_approval: bool | None = strawberry.field(
        description="Whether a second person approves price changes; shown to those of its owner "
        "only who may read prices."
    )
    parent_id: strawberry.Private[UUID | None]
    kept_status: strawberry.Private[str]

    @batch
    @staticmethod
    async def status(organisations: list["Organisation"], info: Info) -> list[OrganisationStatus]:
        """Whether it trades at this instant."""
        now = info.context.services.clock()
        return [
            models.status_at(item.kept_status, item.activates_at, now) for item in organisations
        ]

    @batch
    @staticmethod
    async def parent(
        organisations: list["Organisation"],
        info: Info,
    ) -> list["Organisation | None"]:
        """The organisation above, when the viewer may see it."""
        return await organisations_by_id(info, [item.parent_id for item in organisations])

    @batch
    @staticmethod
    async def children(
        organisations: list["Organisation"],
        info: Info,
        first: int = FIRST,
        after: str | None = None,
    ) -> list[relay.Connection["Organisation"]]:
        """The visible organisations directly below, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.children_of(work, [item.id for item in organisations], page)
            return [connection(found[item.id], shown_to(work)) for item in organisations]

    @batch
    @staticmethod
    async def customers(
        organisations: list["Organisation"],
        info: Info,
        first: int = FIRST,
        after: str | None = None,
    ) -> list[relay.Connection["TradingRelationship"]]:
        """The visible relationships in which this organisation sells, oldest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.customers_of(work, [item.id for item in organisations], page)
            return [connection(found[item.id], _traded_by(work)) for item in organisations]

    @batch
    @staticmethod
    async def suppliers(
        organisations: list["Organisation"],
        info: Info,
        first: int = FIRST,
        after: str | None = None,
    ) -> list[relay.Connection["TradingRelationship"]]:
        """The visible relationships in which this organisation buys, oldest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.suppliers_of(work, [item.id for item in organisations], page)
            return [connection(found[item.id], _traded_by(work)) for item in organisations]

    @classmethod
    def of(cls, row: models.Organisation, priced_by: UUID | None) -> "Organisation":
        """Show an organisation to a person who may read the prices of `priced_by`, if of any."""
        return cls(
            id=row.id,
            name=row.name,
            kind=OrganisationKind(row.kind),
            activates_at=row.activates_at,
            kept_status=row.status,
            city=row.city,
            region=row.region,
            country=row.country,
            created_at=row.created_at,
            standard_margin_percent=row.standard_margin_percent if row.id == priced_by else None,
            needs_price_approval=row.needs_price_approval if row.id == priced_by else None,
            parent_id=row.parent_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Organisation | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await organisations_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class TradingRelationship(relay.Node):
    """That a buyer buys from a seller, and on which terms; a customer *is* its buyer end.

    Amounts are in `currency`. What is the seller's own business is null to everyone else.
    """

    id: relay.NodeID[UUID]
    currency: str
    payment_terms: PaymentTerms
    payment_gate: PaymentGate
    credit_limit: Decimal | None = strawberry.field(
        description="How much the buyer may owe; null means no credit. For the two parties only."
    )
    is_credit_unlimited: bool | None = strawberry.field(
        description="Whether credit has no limit. For the two parties only."
    )
    price_instant: PriceInstant
    shortage_policy: ShortagePolicy
    needs_review: bool
    minimum_order_value: Decimal
    minimum_shelf_life_days: int
    minimum_shelf_life_percent: int | None
    delivery_days: int
    allocation_priority: int | None = strawberry.field(description="For the seller only.")
    payment_days: int | None = strawberry.field(
        description="Days an order may wait once payment is asked for before it is cancelled; null "
        "means for ever. For the two parties only."
    )
    automatic_receipt_days: int | None = strawberry.field(
        description="Days after which what was signed for counts as received; null means never. "
        "For the two parties only."
    )
    shown_stock: ShownStock | None = strawberry.field(
        description="What the buyer may know of the stock. For the seller only."
    )
    payment_ways: list[PaymentWay] | None = sized(
        5, description="How orders may be paid, the usual way first. For the two parties only."
    )
    settles_at_receipt: bool | None = strawberry.field(
        description="Whether what was received is billed at once. For the two parties only."
    )
    upstream_visibility: UpstreamVisibility | None = strawberry.field(
        description="What organisations above the seller see of this trade. For the seller only."
    )
    allows_fallback_price: bool | None = strawberry.field(
        description="Whether the purchase price plus margin may stand in. For the seller only."
    )
    inherits_prices: bool | None = strawberry.field(
        description="Whether what the seller has no price for costs what the nearest organisation "
        "above it asks. For the seller only."
    )
    sales_channel: SalesChannel | None = strawberry.field(
        description="Through which kind of trade the buyer sells on. For the seller only."
    )
    cash_discount_percent: Decimal | None = strawberry.field(
        description="What is taken off the invoice for the payment term, in percent. For the two "
        "parties only."
    )
    valid_from: datetime
    valid_until: datetime | None
    seller_id: strawberry.Private[UUID]
    buyer_id: strawberry.Private[UUID]
    level_id: strawberry.Private[UUID | None]
    territory_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def seller(
        relationships: list["TradingRelationship"],
        info: Info,
    ) -> list[Organisation | None]:
        """Who sells."""
        return await organisations_by_id(info, [item.seller_id for item in relationships])

    @batch
    @staticmethod
    async def buyer(
        relationships: list["TradingRelationship"],
        info: Info,
    ) -> list[Organisation | None]:
        """Who buys: the customer."""
        return await organisations_by_id(info, [item.buyer_id for item in relationships])

    @batch
    @staticmethod
    async def level(
        relationships: list["TradingRelationship"],
        info: Info,
    ) -> list[CustomerLevel | None]:
        """The customer's level. For the seller only: a buyer learns prices, not classes."""
        return await levels_by_id(info, [item.level_id for item in relationships])

    @batch
    @staticmethod
    async def territory(
        relationships: list["TradingRelationship"],
        info: Info,
    ) -> list[Territory | None]:
        """The seller's sales area that the customer is in. For the seller only."""
        return await territories_by_id(info, [item.territory_id for item in relationships])

    @list_size(5)
    @batch
    @staticmethod
    async def groups(
        relationships: list["TradingRelationship"],
        info: Info,
    ) -> list[list[CustomerGroup]]:
        """The seller's groups that the customer is in, by name; empty to everyone else."""
        async with info.context.read() as work:
            found = await queries.groups_of(work, [item.id for item in relationships])
        return [[CustomerGroup.of(row) for row in found.get(item.id, [])] for item in relationships]

    @list_size(3)
    @batch
    @staticmethod
    async def reps(
        relationships: list["TradingRelationship"],
        info: Info,
        at: datetime | None = None,
    ) -> list[list[AssignedRep]]:
        """Who looks after this customer, by name; empty to everyone but the seller.

        Now, or as it was, or is planned, `at` another instant.
        """
        async with info.context.read() as work:
            found = await queries.reps_of(work, [item.id for item in relationships], at)
        return [[AssignedRep.of(row) for row in found.get(item.id, [])] for item in relationships]

    @classmethod
    def of(cls, row: models.TradingRelationship, viewer_id: UUID | None) -> "TradingRelationship":
        """Show a relationship to a person of the organisation `viewer_id`."""
        is_seller = viewer_id == row.seller_id
        is_party = is_seller or viewer_id == row.buyer_id
        return cls(
            id=row.id,
            currency=row.currency,
            payment_terms=PaymentTerms(row.payment_terms),
            payment_gate=PaymentGate(row.payment_gate),
            credit_limit=row.credit_limit if is_party else None,
            is_credit_unlimited=row.is_credit_unlimited if is_party else None,
            price_instant=PriceInstant(row.price_instant),
            shortage_policy=ShortagePolicy(row.shortage_policy),
            needs_review=row.needs_review,
            minimum_order_value=row.minimum_order_value,
            minimum_shelf_life_days=row.minimum_shelf_life_days,
            minimum_shelf_life_percent=row.minimum_shelf_life_percent,
            delivery_days=row.delivery_days,
            allocation_priority=row.allocation_priority if is_seller else None,
            payment_days=row.payment_days if is_party else None,
            automatic_receipt_days=row.automatic_receipt_days if is_party else None,
            shown_stock=ShownStock(row.shown_stock) if is_seller else None,
            payment_ways=ways_of(row) if is_party else None,
            settles_at_receipt=row.settles_at_receipt if is_party else None,
            upstream_visibility=UpstreamVisibility(row.upstream_visibility) if is_seller else None,
            allows_fallback_price=row.allows_fallback_price if is_seller else None,
            inherits_prices=row.inherits_prices if is_seller else None,
            sales_channel=(
                SalesChannel(row.sales_channel) if is_seller and row.sales_channel else None
            ),
            cash_discount_percent=row.cash_discount_percent if is_party else None,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            seller_id=row.seller_id,
            buyer_id=row.buyer_id,
            level_id=row.level_id if is_seller else None,
            territory_id=row.territory_id if is_seller else None,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["TradingRelationship | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await relationships_by_id(info, [UUID(key) for key in node_ids])


async def organisations_by_id(info: Info, ids: Sequence[UUID | None]) -> list[Organisation | None]:
    """Load organisations in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        found = await queries.organisations_by_id(work, given(ids))
        return in_order(ids, found, shown_to(work))


async def relationships_by_id(
    info: Info, ids: Sequence[UUID | None]
) -> list[TradingRelationship | None]:
    """Load relationships in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        found = await queries.relationships_by_id(work, given(ids))
        return in_order(ids, found, _traded_by(work))


def shown_to(work: Work) -> Callable[[models.Organisation], Organisation]:
    """Show organisations to the actor, with what they plan to earn to themselves alone."""
    priced_by = work.actor.organisation_id if work.actor.may(Permission.PRICE_READ) else None
    return lambda row: Organisation.of(row, priced_by)


def _traded_by(work: Work) -> Callable[[models.TradingRelationship], TradingRelationship]:
    return lambda row: TradingRelationship.of(row, work.actor.organisation_id)


def partner_of(work: Work) -> Callable[[queries.PartnerRow], TradingRelationship]:
    """Show relationships, found by their partner, to the actor."""
    return lambda row: TradingRelationship.of(row.relationship, work.actor.organisation_id)
