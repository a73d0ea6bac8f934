"""What a seller's schemes offer a buyer: their terms, what is used of them, coupons and points."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Uuid,
    and_,
    any_,
    case,
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
    TradeScheme,
    TradeSchemeVersion,
)
from app.promotions.operations.coupons import CouponOutcome, presented
from app.promotions.operations.documents import book_of, known_schemes, remember
from app.promotions.operations.remembered import counted_ids, schemes_now, standing_now
from app.promotions.rules.basket import SchemeUse
from app.promotions.rules.book import SchemeBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What schemes may give one buyer at one instant.

    `uses` are by scheme id, of schemes that somebody has used and that count it (or of all, where
    that was asked). `value_per_point` is in the relationship's currency; none where the seller has
    no points programme in it.
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
    uses_of_all: bool = False,
) -> Offered:
    """Read what may speak at an instant, as it was known at another (None: now).

    Two statements, one more with coupon codes, and one less where the schemes are remembered. In a
    later attempt of a command what limits the schemes is locked first, so that what is read here
    can still be granted (Our rule 5). What was used of a scheme without limits, that counts no
    earlier purchases, changes nothing: it is read only for `uses_of_all`.
    """
    if work.attempt > 1:
        await locks.limits(work, relationship)
    asked: Sequence[UUID] | str
    if known_at is None and not draft_scheme_ids:
        book, asked, _ = await schemes_now(work, relationship.seller_id, instant)
    else:
        speaking = _speaking(instant, known_at, draft_scheme_ids)
        book = await _schemes_then(work, relationship.seller_id, speaking)
        asked = counted_ids(book)
    if uses_of_all:
        asked = [one.scheme_id for one in book.schemes]
    standing = await standing_now(work, relationship, asked)
    return Offered(
        book=book,
        uses=standing.uses,
        membership_tier_id=standing.membership_tier_id,
        is_first_order=not standing.orders_placed,
        coupons=await presented(work, relationship, instant, coupon_codes),
        points_balance=standing.points,
        value_per_point=standing.value_per_point,
    )


async def _schemes_then(work: Work, seller_id: UUID, speaking: ColumnElement[bool]) -> SchemeBook:
    """Return the book of schemes that spoke; one statement."""
    known = known_schemes(seller_id)
    scheme, version = TradeScheme, TradeSchemeVersion
    is_known = version.id == any_(literal(list(known), ARRAY(Uuid())))
    statement = (
        select(
            scheme.id,
            scheme.name,
            version.id,
            version.valid_from,
            version.valid_until,
            case((is_known, null()), else_=version.terms),
        )
        .join(version, and_(version.tenant_id == scheme.tenant_id, version.scheme_id == scheme.id))
        .where(scheme.tenant_id == work.tenant_id, scheme.seller_id == seller_id, speaking)
    )
    rows = (await work.session.execute(statement)).all()
    schemes = [known.get(row[2]) or remember(*row) for row in rows]
    return book_of(seller_id, schemes)


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
