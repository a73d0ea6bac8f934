"""What a seller's promotions look like from the buyer's side: no funding, no budget, no others."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from app.db.keyset import keyset, newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import TradingRelationship
from app.organisations.operations import classification_of
from app.pricing.operations.scope import ASKING, asked_relationship
from app.promotions.models import (
    BuyerStanding,
    Coupon,
    MembershipTier,
    PointsEntry,
    PointsLot,
    PointsProgramme,
)
from app.promotions.operations.offering import Offered, offered
from app.promotions.operations.standing import spent_within_window
from app.promotions.queries.schemes import may_ask_as_buyer
from app.promotions.rules.basket import Basket, Scheme, SchemeUse
from app.promotions.rules.words import Measure, SchemeLossCode
from app.rbac.guard import requires
from app.rbac.permissions import Permission

__all__ = [
    "ASKING",
    "BuyerAccount",
    "OfferedScheme",
    "buyer_standing",
    "membership_tiers_by_id",
    "my_coupons",
    "points_entries_of",
    "schemes_for_me",
]


@dataclass(frozen=True, slots=True)
class OfferedScheme:
    """A scheme that speaks to a buyer, its tiers in words, and what the buyer has had of it."""

    scheme: Scheme
    texts: tuple[str, ...]
    use: SchemeUse

    @property
    def missing(self) -> Decimal | None:
        """What is missing to the next tier of a scheme that counts purchases over time."""
        terms = self.scheme.terms
        if not terms.is_cumulative or terms.measure not in (Measure.AMOUNT, Measure.QUANTITY):
            return None
        amount = terms.measure is Measure.AMOUNT
        bought = self.use.purchased_amount if amount else self.use.purchased_quantity
        above = [tier.threshold for tier in terms.tiers if tier.threshold > bought]
        return above[0] - bought if above else None


@dataclass(frozen=True, slots=True)
class BuyerAccount:
    """How a buyer stands with a seller; money is in the relationship's currency.

    `spent` is what counts for the membership tier: net purchases within the last 365 days.
    """

    relationship: TradingRelationship
    orders_placed: int
    points: int
    value_per_point: Decimal | None
    spent: Decimal
    tier_id: UUID | None
    next_tier: MembershipTier | None


@requires(*ASKING)
async def schemes_for_me(work: Work, relationship_id: UUID) -> list[OfferedScheme]:
    """Return the schemes in force that speak to a relationship's buyer, in the waterfall's order.

    Also for the seller's people who look after it. Raises `NotFound`. Those that wait for a
    coupon are among them.
    """
    asked = await asked_relationship(work, relationship_id)
    offer = await offered(work, asked.relationship, work.now, uses_of_all=True)
    basket = await _empty_basket(work, asked.relationship, offer)
    losses = offer.book.hearing.of(basket).losses
    return [
        OfferedScheme(one.scheme, one.texts, offer.uses.get(one.scheme_id, SchemeUse()))
        for one, loss in zip(offer.book.schemes, losses, strict=True)
        if one.fault is None and (loss is None or loss.code is SchemeLossCode.COUPON_MISSING)
    ]


@requires(*ASKING)
async def my_coupons(work: Work, relationship_id: UUID, page: PageRequest) -> Page[Coupon]:
    """Return coupons given to this buyer alone that may still be used, in the order of issue.

    Raises `NotFound`.
    """
    asked = await asked_relationship(work, relationship_id)
    statement = select(Coupon).where(
        Coupon.relationship_id == asked.relationship.id,
        Coupon.withdrawn_at.is_(None),
        Coupon.uses < Coupon.uses_limit,
        or_(Coupon.valid_until.is_(None), Coupon.valid_until > work.now),
    )
    rows = (await work.session.scalars(keyset(statement, page, Coupon.id))).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(*ASKING)
async def buyer_standing(work: Work, relationship_id: UUID) -> BuyerAccount:
    """Return orders, points and membership of a relationship's buyer; raises `NotFound`.

    Three statements.
    """
    relationship = (await asked_relationship(work, relationship_id)).relationship
    standing, programme = BuyerStanding, PointsProgramme
    statement = (
        select(
            standing.orders_placed,
            _unexpired_points(work).scalar_subquery(),
            programme.value_per_point,
            spent_within_window(work, TradingRelationship.id, TradingRelationship.currency),
            standing.membership_tier_id,
        )
        .select_from(TradingRelationship)
        .outerjoin(standing, standing.relationship_id == TradingRelationship.id)
        .outerjoin(
            programme,
            and_(
                programme.seller_id == TradingRelationship.seller_id,
                programme.currency == TradingRelationship.currency,
            ),
        )
        .where(TradingRelationship.id == relationship.id)
    )
    found = await work.session.execute(statement)
    orders, points, value, spent, tier_id = found.one()
    above = await _next_tier(work, relationship, spent)
    return BuyerAccount(relationship, orders or 0, points, value, spent, tier_id, above)


@requires(*ASKING)
async def points_entries_of(
    work: Work, relationship_id: UUID, page: PageRequest
) -> Page[PointsEntry]:
    """Return a buyer's movements of points, the newest first; raises `NotFound`."""
    asked = await asked_relationship(work, relationship_id)
    own = PointsEntry.relationship_id == asked.relationship.id
    statement = newest_first(select(PointsEntry).where(own), page, PointsEntry.id)
    rows = (await work.session.scalars(statement)).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires()
async def membership_tiers_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, MembershipTier]:
    """Return tiers by id: the own organisation's, and those of sellers it may order from."""
    if work.actor.organisation_id is None:
        return {}
    own = work.actor.own_organisation
    sellers = select(TradingRelationship.seller_id).where(
        TradingRelationship.tenant_id == work.tenant_id, TradingRelationship.buyer_id == own
    )
    reach = MembershipTier.seller_id == own
    if not work.actor.may(Permission.SCHEME_READ):
        reach = MembershipTier.id.in_(())
    if may_ask_as_buyer(work):
        reach = or_(reach, MembershipTier.seller_id.in_(sellers))
    rows = await work.session.scalars(
        select(MembershipTier).where(MembershipTier.id.in_(set(ids)), reach)
    )
    return {row.id: row for row in rows}


async def _empty_basket(work: Work, relationship: TradingRelationship, offer: Offered) -> Basket:
    classed = await classification_of(work, relationship)
    return Basket(
        currency=relationship.currency,
        lines=(),
        relationship_id=relationship.id,
        level_ids=classed.level_ids,
        group_ids=classed.group_ids,
        territory_ids=classed.territory_ids,
        channel=classed.channel,
        membership_tier_id=offer.membership_tier_id,
        is_first_order=offer.is_first_order,
    )


async def _next_tier(
    work: Work, relationship: TradingRelationship, spent: Decimal
) -> MembershipTier | None:
    statement = (
        select(MembershipTier)
        .where(
            MembershipTier.seller_id == relationship.seller_id,
            MembershipTier.currency == relationship.currency,
            MembershipTier.threshold > spent,
        )
        .order_by(MembershipTier.threshold, MembershipTier.id)
        .limit(1)
    )
    return await work.session.scalar(statement)


def _unexpired_points(work: Work) -> Select[int]:
    """Select the points of the enclosing statement's relationship that may still be spent."""
    return (
        select(func.coalesce(func.sum(PointsLot.remaining), 0))
        .where(
            PointsLot.tenant_id == work.tenant_id,
            PointsLot.relationship_id == TradingRelationship.id,
            PointsLot.remaining > 0,
            or_(PointsLot.expires_at.is_(None), PointsLot.expires_at > work.now),
        )
        .correlate(TradingRelationship)
    )
