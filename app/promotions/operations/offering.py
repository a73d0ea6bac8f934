"""What a seller's schemes offer a buyer: their terms, what is used of them, coupons and points."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    case,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.db.work import Work
from app.organisations.models import TradingRelationship
from app.promotions import locks
from app.promotions.models import (
    BuyerStanding,
    PointsLot,
    PointsProgramme,
    SchemeBudget,
    SchemeStanding,
    TradeScheme,
    TradeSchemeVersion,
)
from app.promotions.operations.coupons import CouponOutcome, presented
from app.promotions.operations.documents import book_of, known_schemes, remember
from app.promotions.operations.remembered import schemes_now, standing_now, use_of
from app.promotions.rules.basket import SchemeUse
from app.promotions.rules.book import SchemeBook

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What schemes may give one buyer at one instant.

    `uses` are by scheme id, of schemes that somebody has used. `value_per_point` is in the
    relationship's currency; none where the seller has no points programme in it.
    """

    book: SchemeBook
    uses: Mapping[UUID, SchemeUse] = field(default_factory=dict[UUID, SchemeUse])
    membership_tier_id: UUID | None = None
    is_first_order: bool = False
    coupons: tuple[CouponOutcome, ...] = ()
    points_balance: int = 0
    value_per_point: Decimal | None = None

    @property
    def coupon_scheme_ids(self) -> frozenset[UUID]:
        """Schemes that an accepted code lets speak."""
        return frozenset(
            each.scheme_id for each in self.coupons if each.is_accepted and each.scheme_id
        )


async def offered(  # noqa: PLR0913  # each is asked for by some caller
    work: Work,
    relationship: TradingRelationship,
    instant: datetime,
    *,
    known_at: datetime | None = None,
    coupon_codes: Sequence[str] = (),
    draft_scheme_ids: Collection[UUID] = (),
) -> Offered:
    """Read what may speak at an instant, as it was known at another (None: now).

    Two statements, one more with coupon codes, and one less where the schemes are remembered. In a
    later attempt of a command what limits the schemes is locked first, so that what is read here
    can still be granted (Our rule 5).
    """
    if work.attempt > 1:
        await locks.limits(work, relationship)
    if work.is_snapshot and known_at is None and not draft_scheme_ids:
        return await _offered_now(work, relationship, instant, coupon_codes)
    known = known_schemes(relationship.seller_id)
    asked = _versions(work, relationship, list(known)).where(
        _speaking(instant, known_at, draft_scheme_ids)
    )
    rows = (await work.session.execute(asked)).all()
    schemes = [known.get(row.version_id) or remember(*row[:6]) for row in rows]
    tier, orders, points, value = await _standing(work, relationship)
    return Offered(
        book=book_of(relationship.seller_id, schemes),
        uses={row.scheme_id: use_of(row[6:]) for row in rows if any(row[6:])},
        membership_tier_id=tier,
        is_first_order=not orders,
        coupons=await presented(work, relationship, instant, coupon_codes),
        points_balance=points,
        value_per_point=value,
    )


async def _offered_now(
    work: Work,
    relationship: TradingRelationship,
    instant: datetime,
    coupon_codes: Sequence[str],
) -> Offered:
    book, scheme_ids = await schemes_now(work, relationship.seller_id, instant)
    standing = await standing_now(work, relationship, scheme_ids)
    return Offered(
        book=book,
        uses=standing.uses,
        membership_tier_id=standing.membership_tier_id,
        is_first_order=not standing.orders_placed,
        coupons=await presented(work, relationship, instant, coupon_codes),
        points_balance=standing.points,
        value_per_point=standing.value_per_point,
    )


def valid_at(instant: datetime, known_at: datetime | None) -> ColumnElement[bool]:
    """Hold versions to those in force at an instant, as known at another (None: now)."""
    version = TradeSchemeVersion
    known = version.known_until.is_(None)
    if known_at is not None:
        known = and_(
            version.known_from <= known_at,
            or_(version.known_until.is_(None), version.known_until > known_at),
        )
    return and_(
        known,
        version.valid_from <= instant,
        or_(version.valid_until.is_(None), version.valid_until > instant),
    )


def _speaking(
    instant: datetime, known_at: datetime | None, draft_scheme_ids: Collection[UUID]
) -> ColumnElement[bool]:
    # An end before the beginning leaves the versions as they were.
    is_begun = or_(
        TradeScheme.ended_at.is_(None), TradeSchemeVersion.valid_from < TradeScheme.ended_at
    )
    is_active = TradeScheme.activated_at.is_not(None)
    if known_at is not None:
        is_begun = or_(is_begun, TradeScheme.ended_at > known_at)
        is_active = TradeScheme.activated_at <= known_at
    speaking = and_(is_active, is_begun, valid_at(instant, known_at))
    if not draft_scheme_ids:
        return speaking
    laid_over = and_(TradeScheme.id.in_(draft_scheme_ids), valid_at(instant, None))
    return or_(speaking, laid_over)


def _versions(
    work: Work, relationship: TradingRelationship, known: Sequence[UUID]
) -> Select[*tuple[Any, ...]]:
    """Select a seller's versions with what is used; documents of unknown versions only."""
    scheme, version, budget, standing = (
        TradeScheme,
        TradeSchemeVersion,
        SchemeBudget,
        SchemeStanding,
    )
    is_known = version.id == any_(literal(known, ARRAY(Uuid())))
    return (
        select(
            scheme.id.label("scheme_id"),
            scheme.name,
            version.id.label("version_id"),
            version.valid_from,
            version.valid_until,
            case((is_known, null()), else_=version.terms),
            func.coalesce(budget.uses, 0),
            func.coalesce(budget.money_used, _NOTHING),
            func.coalesce(budget.goods_used, _NOTHING),
            func.coalesce(standing.uses, 0),
            func.coalesce(standing.money, _NOTHING),
            func.coalesce(standing.goods, _NOTHING),
            func.coalesce(standing.purchased_amount, _NOTHING),
            func.coalesce(standing.purchased_quantity, _NOTHING),
        )
        .join(
            version,
            and_(version.tenant_id == scheme.tenant_id, version.scheme_id == scheme.id),
        )
        .outerjoin(
            budget, and_(budget.tenant_id == scheme.tenant_id, budget.scheme_id == scheme.id)
        )
        .outerjoin(
            standing,
            and_(
                standing.tenant_id == scheme.tenant_id,
                standing.scheme_id == scheme.id,
                standing.relationship_id == relationship.id,
            ),
        )
        .where(
            scheme.tenant_id == work.tenant_id,
            scheme.seller_id == relationship.seller_id,
        )
    )


async def _standing(
    work: Work, relationship: TradingRelationship
) -> tuple[UUID | None, int, int, Decimal | None]:
    """Return membership tier, orders placed, points that have not expired, and a point's value."""
    standing, programme = BuyerStanding, PointsProgramme
    statement = (
        select(
            standing.membership_tier_id,
            func.coalesce(standing.orders_placed, 0),
            unexpired_points(work).scalar_subquery(),
            programme.value_per_point,
        )
        .select_from(TradingRelationship)
        .outerjoin(
            standing,
            and_(
                standing.tenant_id == TradingRelationship.tenant_id,
                standing.relationship_id == TradingRelationship.id,
            ),
        )
        .outerjoin(
            programme,
            and_(
                programme.tenant_id == TradingRelationship.tenant_id,
                programme.seller_id == TradingRelationship.seller_id,
                programme.currency == TradingRelationship.currency,
            ),
        )
        .where(TradingRelationship.id == relationship.id)
    )
    tier, orders, points, value = (await work.session.execute(statement)).one()
    return tier, orders, points, value


def unexpired_points(work: Work) -> Select[int]:
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
