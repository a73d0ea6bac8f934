"""Questions about the own organisation's schemes."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.promotions import queries
from app.promotions.rules.words import SchemeStatus
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.promotions.types import MembershipTier, PointsProgramme, TradeScheme


@strawberry.type
class SchemeStanding:
    """What one buyer has got of a scheme and has bought under it, in the scheme's currency."""

    uses: int = strawberry.field(description="Orders that it gave something to.")
    money: Decimal = strawberry.field(description="Reductions and accrued rebates.")
    goods: Decimal = strawberry.field(description="Pieces that were free.")
    purchased_amount: Decimal = strawberry.field(description="Net amount of qualifying goods.")
    purchased_quantity: Decimal = strawberry.field(description="Pieces of qualifying goods.")
    tier_reached: Decimal | None = strawberry.field(
        description="The highest threshold that purchases so far reach."
    )
    rebate: Decimal | None = strawberry.field(
        description="Accrued on purchases so far; null for schemes that are no rebate."
    )
    relationship_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def relationship(
        standings: list["SchemeStanding"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """The customer."""
        return await relationships_by_id(info, [each.relationship_id for each in standings])

    @classmethod
    def of(cls, found: queries.StandingAsKnown) -> "SchemeStanding":
        """Show a standing."""
        row = found.row
        return cls(
            uses=row.uses,
            money=row.money,
            goods=row.goods,
            purchased_amount=row.purchased_amount,
            purchased_quantity=row.purchased_quantity,
            tier_reached=found.tier_reached,
            rebate=found.rebate,
            relationship_id=row.relationship_id,
        )


@strawberry.type
class SchemesQuery:
    """Questions about the own organisation's schemes."""

    @query(queries.trade_schemes)
    async def trade_schemes(
        self,
        info: Info,
        status: SchemeStatus | None = None,
        at: datetime | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[TradeScheme]:
        """The own organisation's schemes by name; with `at` those with a version in force then."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.trade_schemes(work, page, status, at)
            return connection(found, lambda known: TradeScheme.of(known, work.now))

    @query(queries.trade_scheme)
    async def trade_scheme(self, info: Info, id: relay.GlobalID) -> TradeScheme:
        """One of the own organisation's schemes."""
        async with info.context.read() as work:
            found = await queries.trade_scheme(work, key_of(id, "TradeScheme"))
            return TradeScheme.of(found, work.now)

    @query(queries.scheme_standings)
    async def scheme_standings(
        self, info: Info, scheme_id: relay.GlobalID, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[SchemeStanding]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """What each buyer has got of a scheme: of the customers that the viewer may see."""
        page, key = page_request(first, after), key_of(scheme_id, "TradeScheme")
        async with info.context.read() as work:
            found = await queries.scheme_standings(work, key, page)
        return connection(found, SchemeStanding.of)

    @list_size(10)
    @query(queries.membership_tiers)
    async def membership_tiers(self, info: Info) -> list[MembershipTier]:
        """The own organisation's membership tiers, the lowest threshold first."""
        async with info.context.read() as work:
            return [MembershipTier.of(row) for row in await queries.membership_tiers(work)]

    @query(queries.points_programme)
    async def points_programme(self, info: Info) -> PointsProgramme | None:
        """What the own organisation's points are worth; null without a programme."""
        async with info.context.read() as work:
            found = await queries.points_programme(work)
        return PointsProgramme.of(found) if found else None
