"""Rows of price lists as they are known now, remembered by list and SKU, valid or not.

Nothing is remembered as valid: which rows count is asked anew for every instant.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.catalog.operations import SkuFacts
from app.db.reading import TENANT, rows
from app.db.revisions import Memory, Revised, View
from app.db.work import Work
from app.kernel.quantity import PackagingLevel
from app.kernel.steady import Steady, steady_around
from app.pricing.models import PriceChangeRow, PriceEntry
from app.pricing.operations.audience import Enquiry
from app.pricing.operations.lines import Facts
from app.pricing.rules import PriceRow

MOST_PAIRS = 20_000
"""How many pairs of a list and a SKU are remembered.

A pair takes about 0.3 KiB, and each of its rows about 0.4 KiB more.
"""

MOST_AT_ONCE = 10_000
"""Questions for more pairs than this are read as they come and not remembered."""

_LEVELS = {level.value: level for level in PackagingLevel}
_Column = InstrumentedAttribute[Any]


def columns_of(table: type[PriceEntry] | type[PriceChangeRow]) -> tuple[_Column, ...]:
    """Name what `price_row` makes a row of, in its order."""
    return (
        table.id,
        table.price_list_id,
        table.sku_id,
        table.brand_id,
        table.category_id,
        table.packaging_level,
        table.from_quantity,
        table.amount,
        table.percent_of_list,
        table.valid_from,
        table.valid_until,
    )


def price_row(row: Sequence[Any], facts: Facts) -> PriceRow:
    """Make the row of the engine from one in its order, with the SKU's own factor of its unit."""
    entry, price_list, sku, brand, category, unit, start, amount, share, begins, ends, *_ = row
    if unit is None:
        level = factor = None
    else:
        level = _LEVELS[unit]
        factor = None if sku is None else facts[sku].packaging.get(level)
    return PriceRow(
        entry, price_list, sku, brand, category, level, factor, start, amount, share, begins, ends
    )


class Pair(NamedTuple):
    """The rows of one list for one SKU, or for whole groups, with the packs that they are in.

    While it is `steady` all of them are valid.
    """

    rows: tuple[PriceRow, ...]
    steady: Steady
    packaging: Mapping[PackagingLevel, Decimal] | None = None

    def at(self, instant: datetime | None) -> Iterable[PriceRow]:
        """Return the rows valid at an instant, or all without one."""
        if instant is None or self.steady.holds_at(instant):
            return self.rows
        return [
            row
            for row in self.rows
            if row.valid_from <= instant and (row.valid_until is None or row.valid_until > instant)
        ]


_Key = tuple[int, int | None]
_pairs: Memory[_Key, Pair] = Memory(Revised.PRICES, most=MOST_PAIRS)
_entry = PriceEntry.__table__.c


def _array(name: str) -> ColumnElement[Any]:
    return any_(bindparam(name, type_=ARRAY(Uuid())))


_ROWS = select(*(_entry[column.key] for column in columns_of(PriceEntry))).where(
    _entry.tenant_id == TENANT,
    _entry.price_list_id == _array("lists"),
    _entry.known_until.is_(None),
    # Two branches, since an index finds a SKU and the lack of one, but not both in one go.
    or_(
        _entry.sku_id == _array("skus"),
        and_(_entry.sku_id.is_(None), _entry.price_list_id == _array("wide_lists")),
    ),
)


async def rows_as_known(
    work: Work, list_ids: Sequence[UUID], enquiry: Enquiry
) -> list[PriceRow] | None:
    """Return rows that cover an asked SKU as they are known now; none where nothing may be kept.

    One statement, and none where all are remembered.
    """
    facts = {line.sku_id: enquiry.facts[line.sku_id] for line in enquiry.lines}
    view = await _pairs.at(work)
    if view is None or len(facts) * len(list_ids) > MOST_AT_ONCE:
        return None
    known = _known(view, list_ids, facts)
    missing = [key for key, pair in known.items() if pair is None]
    pairs = known | (await _read(work, view, missing, facts) if missing else {})
    instant = None if enquiry.of_all_time else enquiry.instant
    found: list[PriceRow] = []
    for (_, sku), pair in pairs.items():
        if pair is not None and pair.rows:
            rows_then = pair.at(instant)
            found += rows_then if sku is not None else _covering(rows_then, enquiry)
    return found


async def rows_steady(
    work: Work, list_ids: Sequence[UUID], facts: Facts, instant: datetime
) -> dict[UUID, Steady]:
    """Tell between which instants the same rows of the lists are valid for each SKU.

    Of rows that are remembered; SKUs of whose rows some are not are left out. No statement.
    """
    view = await _pairs.at(work)
    if view is None:
        return {}
    pairs = _known(view, list_ids, facts)
    begun = {sku_id: _changes(pairs, list_ids, sku_id.int) for sku_id in facts}
    wide = _changes(pairs, list_ids, None)
    return {
        sku_id: steady_around(instant, [*wide, *changes])
        for sku_id, changes in begun.items()
        if changes is not None and wide is not None
    }


_Pairs = dict[_Key, Pair | None]


def _changes(
    pairs: _Pairs, list_ids: Sequence[UUID], sku: int | None
) -> list[datetime | None] | None:
    """Return when rows begin and end; none where some are not remembered."""
    found: list[datetime | None] = []
    for each in list_ids:
        pair = pairs[each.int, sku]
        if pair is None:
            return None
        for row in pair.rows:
            found += (row.valid_from, row.valid_until)
    return found


def _known(view: View[_Key, Pair], list_ids: Sequence[UUID], facts: Facts) -> _Pairs:
    """Look up all pairs; one whose SKU is packed in another way by now counts as unknown."""
    lists = [key.int for key in list_ids]
    found: _Pairs = {(each, None): view.get((each, None)) for each in lists}
    for sku_id, sku in facts.items():
        number, packaging = sku_id.int, sku.packaging
        for each in lists:
            key = each, number
            pair = view.get(key)
            fits = pair is not None and (pair.packaging is packaging or pair.packaging == packaging)
            found[key] = pair if fits else None
    return found


async def _read(
    work: Work, view: View[_Key, Pair], missing: Sequence[_Key], facts: Facts
) -> dict[_Key, Pair]:
    lists = sorted({UUID(int=price_list) for price_list, _ in missing})
    read = await rows(
        work,
        _ROWS,
        lists=lists,
        skus=sorted({UUID(int=sku) for _, sku in missing if sku is not None}),
        wide_lists=[UUID(int=price_list) for price_list, sku in missing if sku is None],
    )
    of_pair: dict[_Key, list[PriceRow]] = {key: [] for key in missing}
    # What is equal in many rows is kept once: it halves what they take.
    same: dict[Any, Any] = {}
    for entry, price_list, sku, brand, category, unit, start, amount, share, begins, ends in read:
        price_list_number, sku_number = price_list.int, sku and sku.int
        columns = (
            entry,
            same.setdefault(price_list_number, price_list),
            sku and same.setdefault(sku_number, sku),
            brand,
            category,
            unit,
            same.setdefault(start.as_tuple(), start),
            amount,
            share,
            same.setdefault(begins, begins),
            ends,
        )
        of_pair.setdefault((price_list_number, sku_number), []).append(price_row(columns, facts))
    return {
        key: view.put(key, _pair(of_pair[key], None if sku is None else facts[UUID(int=sku)]))
        for key in missing
        for sku in [key[1]]
    }


def _pair(found: Sequence[PriceRow], sku: SkuFacts | None) -> Pair:
    begins = max((row.valid_from for row in found), default=None)
    ends = min((row.valid_until for row in found if row.valid_until is not None), default=None)
    return Pair(tuple(found), Steady(begins, ends), sku and sku.packaging)


def _covering(found: Iterable[PriceRow], enquiry: Enquiry) -> list[PriceRow]:
    brands = {line.brand_id for line in enquiry.lines}
    categories = {category for line in enquiry.lines for category in line.category_path}
    return [
        row
        for row in found
        if (row.brand_id is None or row.brand_id in brands)
        and (row.category_id is None or row.category_id in categories)
    ]
