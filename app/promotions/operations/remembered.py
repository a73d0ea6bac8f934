"""A seller's schemes as they are known now, remembered; what is used of them is read every time."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    column,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from app.db.arrays import ids_bind, ids_text
from app.db.reading import TENANT, rows
from app.db.revisions import Memory, Revised
from app.db.work import Work
from app.kernel.steady import Steady, steady_around
from app.organisations.models import TradingRelationship
from app.promotions.models import (
    BuyerStanding,
    PointsLot,
    PointsProgramme,
    SchemeBudget,
    SchemeStanding,
    TradeScheme,
    TradeSchemeVersion,
)
from app.promotions.operations.documents import book_of, known_schemes, remember
from app.promotions.rules.basket import SchemeUse
from app.promotions.rules.book import SchemeBook

MOST_SELLERS = 1_000
"""How many sellers' books are remembered beside the schemes in them, of which others take care."""


class InForce(NamedTuple):
    """A seller's schemes in force: their book, and as text the ids of those that count uses."""

    book: SchemeBook
    counted_ids: str
    steady: Steady


class Standing(NamedTuple):
    """How a buyer stands with a seller: orders counted, points to spend and what one is worth."""

    membership_tier_id: UUID | None
    orders_placed: int
    points: int
    value_per_point: Decimal | None
    uses: dict[UUID, SchemeUse]


_books: Memory[int, InForce] = Memory(Revised.SCHEMES, most=MOST_SELLERS)

_scheme, _version = TradeScheme.__table__.c, TradeSchemeVersion.__table__.c
_INSTANT = bindparam("instant", type_=DateTime(timezone=True))
_IS_VALID = and_(
    _version.valid_from <= _INSTANT,
    or_(_version.valid_until.is_(None), _version.valid_until > _INSTANT),
)
_IS_KNOWN = _version.id == any_(bindparam("held", type_=ARRAY(Uuid())))
# An end before the beginning leaves the versions as they were.
_VERSIONS = (
    select(
        _scheme.id,
        _scheme.name,
        _version.id,
        _version.valid_from,
        _version.valid_until,
        case((and_(_IS_VALID, ~_IS_KNOWN), _version.terms), else_=null()),
        _IS_VALID,
    )
    .join_from(
        TradeScheme.__table__,
        TradeSchemeVersion.__table__,
        and_(_version.tenant_id == _scheme.tenant_id, _version.scheme_id == _scheme.id),
    )
    .where(
        _scheme.tenant_id == TENANT,
        _scheme.seller_id == bindparam("seller_id"),
        _scheme.activated_at.is_not(None),
        or_(_scheme.ended_at.is_(None), _version.valid_from < _scheme.ended_at),
        _version.known_until.is_(None),
    )
)


async def schemes_now(work: Work, seller_id: UUID, instant: datetime) -> InForce:
    """Return a seller's schemes in force at an instant.

    One statement, and none where they are remembered.
    """
    view = await _books.at(work)
    found = view and view.get(seller_id.int)
    if found is None or not found.steady.holds_at(instant):
        found = await _read(work, seller_id, instant)
        if view is not None:
            view.put(seller_id.int, found)
    return found


async def _read(work: Work, seller_id: UUID, instant: datetime) -> InForce:
    known = known_schemes(seller_id)
    versions = await rows(work, _VERSIONS, seller_id=seller_id, instant=instant, held=list(known))
    valid = [row for row in versions if row[6]]
    schemes = [known.get(row[2]) or remember(*row[:6]) for row in valid]
    changes = [change for row in versions for change in (row[3], row[4])]
    book = book_of(seller_id, schemes)
    return InForce(book, ids_text(counted_ids(book)), steady_around(instant, changes))


def counted_ids(book: SchemeBook) -> list[UUID]:
    """Return the schemes whose uses decide what they give: those with limits, or over a period."""
    return [one.scheme_id for one in book.schemes if one.counts_buyers]


async def standing_now(
    work: Work, relationship: TradingRelationship, scheme_ids: Sequence[UUID] | str
) -> Standing:
    """Read how a buyer stands, and what is used of the schemes, whose ids may come as text.

    One statement.
    """
    asked = scheme_ids if isinstance(scheme_ids, str) else ids_text(scheme_ids)
    found = await rows(
        work, _STANDING, relationship_id=relationship.id, schemes=asked, now=work.now
    )
    tier, orders, points, value = found[0][:4]
    uses = {
        row[4]: SchemeUse._make(row[5:]) for row in found if row[4] is not None and any(row[5:])
    }
    return Standing(tier, orders, points, value, uses)


_NOTHING = Decimal(0)
_asked = TradingRelationship.__table__.c
_standing, _programme = BuyerStanding.__table__.c, PointsProgramme.__table__.c
_lot = PointsLot.__table__.c
_budget, _got = SchemeBudget.__table__.c, SchemeStanding.__table__.c


def _uses() -> Any:
    """Select what all buyers and this one have got of the schemes, in the order of `SchemeUse`."""
    scheme = (
        func.unnest(ids_bind("schemes"))
        .table_valued(column("id", Uuid()), name="asked")
        .render_derived()
    )
    return (
        select(
            scheme.c.id.label("scheme_id"),
            func.coalesce(_budget.uses, 0).label("uses"),
            func.coalesce(_budget.money_used, _NOTHING).label("money"),
            func.coalesce(_budget.goods_used, _NOTHING).label("goods"),
            func.coalesce(_got.uses, 0).label("buyer_uses"),
            func.coalesce(_got.money, _NOTHING).label("buyer_money"),
            func.coalesce(_got.goods, _NOTHING).label("buyer_goods"),
            func.coalesce(_got.purchased_amount, _NOTHING).label("purchased_amount"),
            func.coalesce(_got.purchased_quantity, _NOTHING).label("purchased_quantity"),
        )
        .outerjoin_from(
            scheme,
            SchemeBudget.__table__,
            and_(_budget.tenant_id == TENANT, _budget.scheme_id == scheme.c.id),
        )
        .outerjoin(
            SchemeStanding.__table__,
            and_(
                _got.tenant_id == TENANT,
                _got.scheme_id == scheme.c.id,
                _got.relationship_id == bindparam("relationship_id"),
            ),
        )
        .where(or_(_budget.scheme_id.is_not(None), _got.scheme_id.is_not(None)))
        .subquery("used")
    )


def _statement() -> Select[*tuple[Any, ...]]:
    used = _uses()
    points = (
        select(func.coalesce(func.sum(_lot.remaining), literal(0)))
        .where(
            _lot.tenant_id == TENANT,
            _lot.relationship_id == bindparam("relationship_id"),
            _lot.remaining > 0,
            or_(_lot.expires_at.is_(None), _lot.expires_at > bindparam("now")),
        )
        .scalar_subquery()
    )
    return (
        select(
            _standing.membership_tier_id,
            func.coalesce(_standing.orders_placed, 0),
            points,
            _programme.value_per_point,
            *used.c,
        )
        .outerjoin_from(
            TradingRelationship.__table__,
            BuyerStanding.__table__,
            and_(
                _standing.tenant_id == _asked.tenant_id,
                _standing.relationship_id == _asked.id,
            ),
        )
        .outerjoin(
            PointsProgramme.__table__,
            and_(
                _programme.tenant_id == _asked.tenant_id,
                _programme.seller_id == _asked.seller_id,
                _programme.currency == _asked.currency,
            ),
        )
        .outerjoin(used, true())
        .where(_asked.tenant_id == TENANT, _asked.id == bindparam("relationship_id"))
    )


_STANDING = _statement()
