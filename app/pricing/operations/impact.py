"""What a change set would do, before anybody submits it: in as many statements for one row as all.

For what was approved it is what the set did: rows are held against what was known before it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, text

from app.catalog.operations import sku_facts
from app.db.work import Work
from app.kernel.quantity import PackagingLevel
from app.pricing.models import PriceBand
from app.pricing.operations.applying import ENTRIES_OF_KEY, SAME
from app.pricing.operations.bands import BandConflict, ProposedPrice, band_conflicts
from app.pricing.operations.lines import Facts
from app.pricing.operations.purchasing import purchase_prices
from app.tenants.operations import tenant_of

MOST_RISES = 10
_HUNDRED = 100
_PLACES = Decimal("0.01")

_JUDGED = f"""
    judged AS MATERIALIZED (
        SELECT r.change_set_id, r.id, r.amount, e.amount AS old_amount, r.percent_of_list,
               e.percent_of_list AS old_percent_of_list, r.sku_id, r.packaging_level,
               r.price_list_id, r.is_removed, r.position, r.start,
               CASE WHEN e.id IS NULL THEN CASE WHEN r.is_removed THEN 'EQUAL' ELSE 'NEW' END
                    WHEN r.is_removed THEN 'REMOVED'
                    WHEN {SAME} THEN 'EQUAL' ELSE 'CHANGED' END AS kind,
               round(100 * (coalesce(r.amount / nullif(e.amount, 0),
                     r.percent_of_list / nullif(e.percent_of_list, 0)) - 1), 4) AS percent
        FROM (SELECT c.*, s.at, greatest(c.valid_from, s.at) AS start
              FROM price_change_row c
              JOIN (SELECT id, CASE WHEN status IN ('APPROVED', 'ROLLED_BACK')
                                    THEN decided_at ELSE :now END AS at
                    FROM price_change_set
                    WHERE tenant_id = :tenant_id AND id = ANY(:ids)) s ON s.id = c.change_set_id
              WHERE c.tenant_id = :tenant_id) r
        LEFT JOIN LATERAL (
            SELECT * FROM {ENTRIES_OF_KEY} e
            WHERE e.known_from < r.at AND (e.known_until IS NULL OR e.known_until >= r.at)
              AND e.valid_from <= r.start AND (e.valid_until IS NULL OR e.valid_until > r.start)
            ORDER BY e.valid_from DESC, e.id LIMIT 1
        ) e ON true
    )
"""  # noqa: S608  # fragments of our own

_COUNTS = text(f"""
    WITH {_JUDGED}
    SELECT change_set_id,
           count(*) FILTER (WHERE kind = 'NEW') AS added,
           count(*) FILTER (WHERE kind = 'CHANGED') AS changed,
           count(*) FILTER (WHERE kind = 'REMOVED') AS removed,
           count(*) FILTER (WHERE kind = 'EQUAL') AS equal,
           count(*) FILTER (WHERE percent > 0) AS dearer,
           count(*) FILTER (WHERE percent < 0) AS cheaper,
           min(percent) FILTER (WHERE kind = 'CHANGED') AS least,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY percent)
               FILTER (WHERE kind = 'CHANGED') AS median,
           max(percent) FILTER (WHERE kind = 'CHANGED') AS most
    FROM judged GROUP BY change_set_id
""")  # noqa: S608  # fragments of this module

_RISES = text(f"""
    WITH {_JUDGED}, ranked AS (
        SELECT *, row_number() OVER (PARTITION BY change_set_id
                                     ORDER BY percent DESC, position) AS place
        FROM judged WHERE percent > 0
    )
    SELECT change_set_id, id, coalesce(old_amount, old_percent_of_list) AS before,
           coalesce(amount, percent_of_list) AS after, percent
    FROM ranked WHERE place <= :most ORDER BY change_set_id, place
""")  # noqa: S608  # fragments of this module

_GOODS = text(f"""
    WITH {_JUDGED}
    SELECT j.change_set_id, min(j.position) AS position, j.sku_id, j.packaging_level, l.currency,
           l.is_tax_inclusive, j.amount, j.old_amount, count(*) AS rows,
           min(j.start) AS begins_at
    FROM judged j JOIN price_list l ON l.tenant_id = :tenant_id AND l.id = j.price_list_id
    WHERE j.sku_id IS NOT NULL AND (j.amount IS NOT NULL OR j.old_amount IS NOT NULL)
    GROUP BY j.change_set_id, j.sku_id, j.packaging_level, l.currency, l.is_tax_inclusive,
             j.amount, j.old_amount
    ORDER BY j.change_set_id, position
""")  # noqa: S608  # fragments of this module

_REACH = text("""
    WITH RECURSIVE reached AS (
        SELECT DISTINCT change_set_id, price_list_id FROM price_change_row
        WHERE tenant_id = :tenant_id AND change_set_id = ANY(:ids)
        UNION
        SELECT r.change_set_id, t.price_list_id FROM reached r
        JOIN price_list_terms t ON t.tenant_id = :tenant_id AND t.parent_id = r.price_list_id
        WHERE t.known_until IS NULL AND (t.valid_until IS NULL OR t.valid_until > :now)
    ), lists AS (
        SELECT r.change_set_id, l.* FROM reached r
        JOIN price_list l ON l.tenant_id = :tenant_id AND l.id = r.price_list_id
    ), levels AS (
        SELECT l.level_id AS top, l.level_id AS id FROM lists l WHERE l.level_id IS NOT NULL
        UNION
        SELECT v.top, c.id FROM levels v
        JOIN customer_level c ON c.tenant_id = :tenant_id AND c.parent_id = v.id
    ), areas AS (
        SELECT l.territory_id AS top, l.territory_id AS id FROM lists l
        WHERE l.territory_id IS NOT NULL
        UNION
        SELECT a.top, c.id FROM areas a
        JOIN territory c ON c.tenant_id = :tenant_id AND c.parent_id = a.id
    ), customers AS (
        SELECT DISTINCT l.change_set_id, t.id FROM lists l
        JOIN trading_relationship t ON t.tenant_id = :tenant_id AND t.seller_id = l.seller_id
            AND t.currency = l.currency
            AND t.valid_from <= :now AND (t.valid_until IS NULL OR t.valid_until > :now)
        WHERE l.kind = 'BASE' OR t.id = l.relationship_id OR t.sales_channel = l.sales_channel
           OR t.level_id IN (SELECT v.id FROM levels v WHERE v.top = l.level_id)
           OR t.territory_id IN (SELECT a.id FROM areas a WHERE a.top = l.territory_id)
           OR EXISTS (SELECT FROM customer_group_member m WHERE m.tenant_id = :tenant_id
                      AND m.group_id = l.group_id AND m.relationship_id = t.id)
    )
    SELECT s.id AS change_set_id,
           (SELECT count(DISTINCT l.id) FROM lists l WHERE l.change_set_id = s.id) AS lists,
           ARRAY(SELECT c.id FROM customers c WHERE c.change_set_id = s.id) AS relationship_ids,
           ARRAY(SELECT DISTINCT r.sku_id FROM price_change_row r
                 WHERE r.tenant_id = :tenant_id AND r.change_set_id = s.id
                   AND r.sku_id IS NOT NULL) AS sku_ids,
           EXISTS (SELECT FROM price_change_row r WHERE r.tenant_id = :tenant_id
                   AND r.change_set_id = s.id AND r.sku_id IS NULL) AS is_of_groups
    FROM unnest(CAST(:ids AS uuid[])) AS s(id)
""")


@dataclass(frozen=True, slots=True)
class Rise:
    """A row that gets dearer, by how many percent; amounts or percents of the list price."""

    row_id: UUID
    before: Decimal
    after: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a change touches: lists with those derived from them, customers, and which goods."""

    lists: int = 0
    relationship_ids: tuple[UUID, ...] = ()
    sku_ids: tuple[UUID, ...] = ()
    is_of_groups: bool = False


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change set does to prices; percents are of the price before, margins of the price.

    Margins are null where nothing is known of what the seller itself pays.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    equal: int = 0
    dearer: int = 0
    cheaper: int = 0
    least: Decimal | None = None
    median: Decimal | None = None
    most: Decimal | None = None
    rises: tuple[Rise, ...] = ()
    reach: Reach = Reach()
    margin_before: Decimal | None = None
    margin_after: Decimal | None = None
    conflicts: tuple[BandConflict, ...] = ()


async def impacts(work: Work, seller_id: UUID, set_ids: Collection[UUID]) -> dict[UUID, Impact]:
    """Reckon what change sets of one seller do; the number of statements is that of one row."""
    counts = await _counts(work, set_ids)
    rises = await _rises(work, set_ids)
    reaches = await _reaches(work, set_ids)
    goods = await _goods(work, set_ids)
    facts = await sku_facts(work, {good.sku_id for each in goods.values() for good in each})
    currency = (await tenant_of(work)).currency
    costs = await purchase_prices(work, seller_id, currency, facts, work.now)
    conflicts = await _conflicts(work, seller_id, goods, costs)
    found: dict[UUID, Impact] = {}
    for set_id in set_ids:
        priced = [good for good in goods.get(set_id, ()) if good.currency == currency]
        found[set_id] = replace(
            counts.get(set_id, Impact()),
            rises=tuple(rises.get(set_id, ())),
            reach=reaches.get(set_id, Reach()),
            margin_before=_margin(priced, "old_amount", facts, costs),
            margin_after=_margin(priced, "amount", facts, costs),
            conflicts=tuple(conflicts.get(set_id, ())),
        )
    return found


async def conflicts_of(work: Work, seller_id: UUID, set_id: UUID) -> Sequence[BandConflict]:
    """Return which rows of a set lie outside which band; one statement where no band is set."""
    if not await work.session.scalar(select(exists(select(PriceBand.id)))):
        return ()
    goods = await _goods(work, [set_id])
    facts = await sku_facts(work, {good.sku_id for each in goods.values() for good in each})
    currency = (await tenant_of(work)).currency
    costs = await purchase_prices(work, seller_id, currency, facts, work.now)
    return (await _conflicts(work, seller_id, goods, costs)).get(set_id, ())


async def _counts(work: Work, set_ids: Collection[UUID]) -> dict[UUID, Impact]:
    rows = await work.session.execute(_COUNTS, _parameters(work, set_ids))
    return {
        row["change_set_id"]: Impact(
            **{name: value for name, value in row.items() if name != "change_set_id"}
        )
        for row in rows.mappings()
    }


async def _rises(work: Work, set_ids: Collection[UUID]) -> dict[UUID, list[Rise]]:
    found: dict[UUID, list[Rise]] = {}
    parameters = _parameters(work, set_ids) | {"most": MOST_RISES}
    for row in await work.session.execute(_RISES, parameters):
        rise = Rise(row.id, row.before, row.after, row.percent)
        found.setdefault(row.change_set_id, []).append(rise)
    return found


async def _reaches(work: Work, set_ids: Collection[UUID]) -> dict[UUID, Reach]:
    rows = await work.session.execute(_REACH, _parameters(work, set_ids))
    return {
        row.change_set_id: Reach(
            row.lists, tuple(row.relationship_ids), tuple(row.sku_ids), row.is_of_groups
        )
        for row in rows
    }


async def _goods(work: Work, set_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in await work.session.execute(_GOODS, _parameters(work, set_ids)):
        found.setdefault(row.change_set_id, []).append(row)
    return found


async def _conflicts(
    work: Work,
    seller_id: UUID,
    goods: Mapping[UUID, Sequence[Any]],
    costs: Mapping[UUID, Fraction],
) -> dict[UUID, list[BandConflict]]:
    asked = [
        (set_id, good) for set_id, each in goods.items() for good in each if good.amount is not None
    ]
    prices = [_proposed(place, good) for place, (_, good) in enumerate(asked)]
    found: dict[UUID, list[BandConflict]] = {}
    for conflict in await band_conflicts(work, seller_id, prices, purchase_prices=costs):
        set_id, good = asked[conflict.position]
        found.setdefault(set_id, []).append(replace(conflict, position=good.position))
    return found


def _proposed(place: int, good: Any) -> ProposedPrice:
    return ProposedPrice(
        position=place,
        sku_id=good.sku_id,
        packaging_level=PackagingLevel(good.packaging_level) if good.packaging_level else None,
        amount=good.amount,
        currency=good.currency,
        is_tax_inclusive=good.is_tax_inclusive,
        begins_at=good.begins_at,
    )


def _margin(
    goods: Sequence[Any], amount: str, facts: Facts, costs: Mapping[UUID, Fraction]
) -> Decimal | None:
    """Reckon the margin over all rows with a known cost, one piece of each, in percent."""
    price = cost = Fraction(0)
    for good in goods:
        given, paid = getattr(good, amount), costs.get(good.sku_id)
        if given is None or paid is None:
            continue
        price += good.rows * _net_piece(good, Fraction(given), facts)
        cost += good.rows * paid
    if not price:
        return None
    margin = _HUNDRED * (price - cost) / price
    exact = Decimal(margin.numerator) / Decimal(margin.denominator)
    return exact.quantize(_PLACES, ROUND_HALF_UP)


def _net_piece(good: Any, amount: Fraction, facts: Facts) -> Fraction:
    sku = facts[good.sku_id]
    level = PackagingLevel(good.packaging_level or PackagingLevel.PIECE)
    piece = amount / Fraction(sku.packaging.get(level, Decimal(1)))
    return (
        piece / (1 + Fraction(sku.tax_rate_percent) / _HUNDRED) if good.is_tax_inclusive else piece
    )


def _parameters(work: Work, set_ids: Collection[UUID]) -> dict[str, Any]:
    return {"tenant_id": work.tenant_id, "ids": list(set_ids), "now": work.now}
