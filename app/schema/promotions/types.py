"""Trade schemes, their versions and coupons, for the organisation that they belong to."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.promotions import models, queries
from app.promotions.operations.documents import terms_of
from app.promotions.operations.schemes import SchemeAsKnown
from app.promotions.rules.checklist import CampaignPoint, CheckedPoint
from app.promotions.rules.coupons import shown
from app.promotions.rules.words import SchemeKind, SchemeStatus
from app.schema.batch import batch, given, in_order
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.promotions.terms import TradeSchemeTerms

strawberry.enum(CampaignPoint, description=CampaignPoint.__doc__)


@strawberry.type
class SchemeVersion:
    """What a scheme says for an interval of price instants, as it was known for a time.

    Both intervals are half-open; without an end they go on.
    """

    number: int
    valid_from: datetime
    valid_until: datetime | None
    known_from: datetime
    known_until: datetime | None
    terms: TradeSchemeTerms

    @classmethod
    def of(cls, row: models.TradeSchemeVersion) -> "SchemeVersion":
        """Show a version."""
        return cls(
            number=row.number,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            known_from=row.known_from,
            known_until=row.known_until,
            terms=TradeSchemeTerms.of(terms_of(row.terms)),
        )


@strawberry.type
class SchemeBudget:
    """What a scheme may give in all, has given, and has left; without a limit nothing stops it.

    Money is in the scheme's currency, goods are pieces, uses are orders.
    """

    money_limit: Decimal | None
    money_used: Decimal
    money_left: Decimal | None
    goods_limit: Decimal | None
    goods_used: Decimal
    goods_left: Decimal | None
    uses_limit: int | None
    uses: int
    uses_left: int | None

    @classmethod
    def of(cls, row: models.SchemeBudget) -> "SchemeBudget":
        """Show a budget."""
        return cls(
            money_limit=row.money_limit,
            money_used=row.money_used,
            money_left=None if row.money_limit is None else row.money_limit - row.money_used,
            goods_limit=row.goods_limit,
            goods_used=row.goods_used,
            goods_left=None if row.goods_limit is None else row.goods_limit - row.goods_used,
            uses_limit=row.uses_limit,
            uses=row.uses,
            uses_left=None if row.uses_limit is None else row.uses_limit - row.uses,
        )


@strawberry.type
class Coupon(relay.Node):
    """A code that lets a scheme speak: for anyone, or for one buyer only."""

    id: relay.NodeID[UUID]
    code: str = strawberry.field(description="In groups of four; case and dashes do not matter.")
    batch_id: strawberry.ID = strawberry.field(description="Coupons issued together share it.")
    uses_limit: int
    uses: int
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    issued_at: datetime
    withdrawn_at: datetime | None
    relationship_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def relationship(
        coupons: list["Coupon"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """The only customer who may use it; null means anyone may."""
        return await relationships_by_id(info, [coupon.relationship_id for coupon in coupons])

    @classmethod
    def of(cls, row: models.Coupon) -> "Coupon":
        """Show a coupon."""
        return cls(
            id=row.id,
            code=shown(row.code),
            batch_id=strawberry.ID(str(row.batch_id)),
            uses_limit=row.uses_limit,
            uses=row.uses,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            issued_at=row.issued_at,
            withdrawn_at=row.withdrawn_at,
            relationship_id=row.relationship_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Coupon | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.coupons_by_id(work, keys)
        return in_order(keys, found, cls.of)


@strawberry.type
class CampaignCheck:
    """A point to see to before a scheme begins; only a period that is over keeps it from it."""

    point: CampaignPoint
    is_met: bool
    found: str = strawberry.field(description="What was found, in words.")

    @classmethod
    def of(cls, checked: CheckedPoint) -> "CampaignCheck":
        """Show a point."""
        return cls(point=checked.point, is_met=checked.is_met, found=checked.found)


@strawberry.type
class TradeScheme(relay.Node):
    """A promotion of one seller; what it says stands in its versions."""

    id: relay.NodeID[UUID]
    name: str
    kind: SchemeKind
    status: SchemeStatus
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    created_at: datetime
    activated_at: datetime | None
    terms: TradeSchemeTerms = strawberry.field(description="As its latest version says them.")
    budget: SchemeBudget | None = strawberry.field(
        description="Null for drafts, and for schemes without limits in all."
    )

    @list_size(len(CampaignPoint))
    @batch
    @staticmethod
    async def checklist(
        schemes: list["TradeScheme"],
        info: Info,
    ) -> list[list[CampaignCheck]]:
        """What to see to before it begins, every point in the enumeration's order (R2-3)."""
        async with info.context.read() as work:
            found = await queries.checklists_of(work, [scheme.id for scheme in schemes])
        return [[CampaignCheck.of(each) for each in found[scheme.id]] for scheme in schemes]

    @batch
    @staticmethod
    async def versions(
        schemes: list["TradeScheme"],
        info: Info,
        first: int = FIRST,
        after: str | None = None,
        known_at: datetime | None = None,
    ) -> list[relay.Connection[SchemeVersion]]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """All its versions, closed ones too; with `knownAt` those known at that instant."""
        page = page_request(first, after)
        async with info.context.read() as work:
            ids = [scheme.id for scheme in schemes]
            found = await queries.versions_of(work, ids, page, known_at)
        return [connection(found[scheme.id], SchemeVersion.of) for scheme in schemes]

    @batch
    @staticmethod
    async def coupons(
        schemes: list["TradeScheme"],
        info: Info,
        first: int = FIRST,
        after: str | None = None,
    ) -> list[relay.Connection[Coupon]]:
        """Its coupons in the order of issue."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.coupons_of(work, [scheme.id for scheme in schemes], page)
        return [connection(found[scheme.id], Coupon.of) for scheme in schemes]

    @classmethod
    def of(cls, found: SchemeAsKnown, now: datetime) -> "TradeScheme":
        """Show a scheme as it stands at an instant."""
        row = found.row
        return cls(
            id=row.id,
            name=row.name,
            kind=SchemeKind(row.kind),
            status=found.status_at(now),
            valid_from=found.valid_from,
            valid_until=found.valid_until,
            created_at=row.created_at,
            activated_at=row.activated_at,
            terms=TradeSchemeTerms.of(found.terms),
            budget=SchemeBudget.of(found.budget) if found.budget else None,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["TradeScheme | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await trade_schemes_by_id(info, [UUID(key) for key in node_ids])


async def trade_schemes_by_id(info: Info, ids: Sequence[UUID | None]) -> list[TradeScheme | None]:
    """Load schemes in the order of `ids`; null for any but the viewer's own."""
    async with info.context.read() as work:
        found = await queries.trade_schemes_by_id(work, given(ids))
    return in_order(ids, found, lambda known: TradeScheme.of(known, work.now))


@strawberry.type
class MembershipTier(relay.Node):
    """A class of long-term buyers, reached with net purchases within the last 365 days."""

    id: relay.NodeID[UUID]
    name: str
    currency: str
    threshold: Decimal

    @classmethod
    def of(cls, row: models.MembershipTier) -> "MembershipTier":
        """Show a tier."""
        return cls(id=row.id, name=row.name, currency=row.currency, threshold=row.threshold)

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["MembershipTier | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await membership_tiers_by_id(info, [UUID(key) for key in node_ids])


async def membership_tiers_by_id(
    info: Info, ids: Sequence[UUID | None]
) -> list[MembershipTier | None]:
    """Load tiers in the order of `ids`; null for all but one's own and one's sellers'."""
    async with info.context.read() as work:
        found = await queries.membership_tiers_by_id(work, given(ids))
    return in_order(ids, found, MembershipTier.of)


@strawberry.type
class PointsProgramme:
    """What a seller's points are worth, and for how many days they can be spent."""

    currency: str
    value_per_point: Decimal
    days_valid: int | None = strawberry.field(description="Null means for ever.")

    @classmethod
    def of(cls, row: models.PointsProgramme) -> "PointsProgramme":
        """Show a programme."""
        return cls(
            currency=row.currency, value_per_point=row.value_per_point, days_valid=row.days_valid
        )
