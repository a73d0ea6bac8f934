"""The bands over a seller, read for some SKUs, or remembered for all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Subquery,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.db.revisions import Memory, Revised, apart
from app.db.work import Work
from app.kernel.steady import Steady
from app.organisations.models import CustomerLevel, Organisation, TradingRelationship
from app.pricing.models import PriceBand
from app.pricing.operations.lines import Facts
from app.pricing.rules.change import BandAudience


@dataclass(frozen=True, slots=True)
class BandRead:
    """A band, who granted it, and how far up the seller's levels it stands."""

    band: PriceBand
    grantor: str
    distance: int


class _OverSeller(NamedTuple):
    """All bands over a seller in a currency by SKU or category, for as long as none changes."""

    by_scope: dict[UUID | None, list[BandRead]]
    number: int
    steady: Steady


MOST_BANDS_EACH = 500
MOST_SELLERS = 1_000
"""How many sellers' bands are remembered; a band takes about 3 KiB, and most have few or none."""

_bands: Memory[tuple[UUID, str], _OverSeller] = Memory(
    Revised.PRICES, Revised.PARTIES, most=MOST_SELLERS
)


def bound_bands(work: Work, buyer_id: UUID, instant: datetime):  # noqa: ANN201  # selects, typed by SQLAlchemy
    """Return the levels of a buyer with its sellers, and what holds bands to those binding it.

    Bands for its level bind it, and those for the levels that one falls back on.
    """
    bought = (
        select(TradingRelationship.id, TradingRelationship.seller_id, TradingRelationship.level_id)
        .where(
            TradingRelationship.tenant_id == work.tenant_id,
            TradingRelationship.buyer_id == buyer_id,
            _valid(TradingRelationship, instant),
        )
        .cte("bought")
    )
    levels = (
        select(CustomerLevel.id, CustomerLevel.parent_id, literal(0).label("distance"))
        .join(bought, bought.c.level_id == CustomerLevel.id)
        .where(CustomerLevel.tenant_id == work.tenant_id)
        .cte("bound_levels", recursive=True)
    )
    levels = levels.union_all(
        select(CustomerLevel.id, CustomerLevel.parent_id, levels.c.distance + 1).where(
            CustomerLevel.tenant_id == work.tenant_id, CustomerLevel.id == levels.c.parent_id
        )
    )
    binding = or_(
        PriceBand.relationship_id.in_(select(bought.c.id)),
        PriceBand.level_id.in_(select(levels.c.id)),
        and_(
            PriceBand.audience == BandAudience.ALL_BUYERS,
            PriceBand.grantor_id.in_(select(bought.c.seller_id)),
        ),
    )
    return levels, binding


async def bands_over(
    work: Work, seller_id: UUID, currencies: Collection[str], facts: Facts, instant: datetime
) -> list[BandRead]:
    """Read the bands over a seller for the SKUs; one statement, none for what is remembered."""
    view = await _bands.at(work)
    if view is None:
        return await _bands_of(work, seller_id, currencies, instant, _about(facts))
    found: list[BandRead] = []
    scopes = dict.fromkeys(facts)
    scopes |= dict.fromkeys(key for sku in facts.values() for key in sku.category_path)
    for currency in currencies:
        key = seller_id, currency
        known = view.get(key)
        if known is None or not known.steady.holds_at(instant):
            known = await _all_bands(work, seller_id, currency, instant)
            if known.number <= MOST_BANDS_EACH:
                view.put(key, known)
        for scope in (*scopes, None) if known.number else ():
            found += known.by_scope.get(scope, ())
    return found


async def _all_bands(work: Work, seller_id: UUID, currency: str, instant: datetime) -> _OverSeller:
    """Read all bands valid at an instant, and until when they stay the same; one statement."""
    span = _span(work, seller_id, currency, instant)
    levels, bound = _bound(work, seller_id, [currency], instant)
    rows: Sequence[Any] = (
        await work.session.execute(
            select(span.c.since, span.c.until, PriceBand, Organisation.kind, levels.c.distance)
            .select_from(span)
            .outerjoin(PriceBand, bound)
            .outerjoin(Organisation, Organisation.id == PriceBand.grantor_id)
            .outerjoin(levels, levels.c.id == PriceBand.level_id)
        )
    ).all()
    by_scope: dict[UUID | None, list[BandRead]] = {}
    apart(work, {row[2] for row in rows if row[2] is not None})
    for row in rows:
        if row[2] is not None:
            read = BandRead(row[2], row[3], row[4] or 0)
            by_scope.setdefault(read.band.sku_id or read.band.category_id, []).append(read)
    number = sum(map(len, by_scope.values()))
    return _OverSeller(by_scope, number, Steady(*rows[0][:2]))


def _span(work: Work, seller_id: UUID, currency: str, instant: datetime) -> Subquery:
    """Select the last and the next change of what binds a seller, or might have, as time passes."""
    band, bought = aliased(PriceBand), aliased(TradingRelationship)
    own = (bought.tenant_id == work.tenant_id) & (bought.buyer_id == seller_id)
    sellers = select(bought.seller_id).where(own)
    binding = and_(
        band.tenant_id == work.tenant_id,
        band.currency == currency,
        or_(band.grantor_id == seller_id, band.grantor_id.in_(sellers)),
    )
    changes = union_all(
        *(
            select(column.label("at")).where(condition)
            for table, condition in ((band, binding), (bought, own))
            for column in (table.valid_from, table.valid_until)
        )
    ).subquery("changes")
    return select(
        func.max(changes.c.at).filter(changes.c.at <= instant).label("since"),
        func.min(changes.c.at).filter(changes.c.at > instant).label("until"),
    ).subquery("span")


def _about(facts: Facts) -> ColumnElement[bool]:
    categories = {category for sku in facts.values() for category in sku.category_path}
    return or_(
        PriceBand.sku_id.in_(set(facts)),
        PriceBand.category_id.in_(categories),
        and_(PriceBand.sku_id.is_(None), PriceBand.category_id.is_(None)),
    )


async def _bands_of(
    work: Work,
    seller_id: UUID,
    currencies: Collection[str],
    instant: datetime,
    about: ColumnElement[bool],
) -> list[BandRead]:
    levels, bound = _bound(work, seller_id, currencies, instant)
    rows = await work.session.execute(
        select(PriceBand, Organisation.kind, levels.c.distance)
        .join(Organisation, Organisation.id == PriceBand.grantor_id)
        .outerjoin(levels, levels.c.id == PriceBand.level_id)
        .where(bound, about)
    )
    return [BandRead(band, kind, distance or 0) for band, kind, distance in rows]


def _bound(
    work: Work, seller_id: UUID, currencies: Collection[str], instant: datetime
) -> tuple[CTE, ColumnElement[bool]]:
    levels, binding = bound_bands(work, seller_id, instant)
    own = and_(PriceBand.grantor_id == seller_id, PriceBand.audience == BandAudience.OWN)
    currency = PriceBand.currency.in_(currencies)
    return levels, and_(or_(own, binding), currency, _valid(PriceBand, instant))


def _valid(table: type[PriceBand | TradingRelationship], instant: datetime) -> ColumnElement[bool]:
    return and_(
        table.valid_from <= instant,
        or_(table.valid_until.is_(None), table.valid_until > instant),
    )
