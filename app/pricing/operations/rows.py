"""Price rows of some lists, read in one statement however many products are asked."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Uuid, func, literal, or_, select

from app.db.work import Work
from app.pricing.models import PriceChangeRow, PriceEntry
from app.pricing.operations.audience import Enquiry
from app.pricing.operations.listed import one_of
from app.pricing.operations.remembered import columns_of, price_row, rows_as_known
from app.pricing.operations.time import known_at, valid_at
from app.pricing.rules import ListTerms, PriceRow
from app.pricing.rules.laying import laid_over

_Rows = type[PriceEntry] | type[PriceChangeRow]


async def rows_of(work: Work, lists: Iterable[ListTerms], enquiry: Enquiry) -> list[PriceRow]:
    """Read the rows of the lists that cover an asked SKU, with drafts laid over them.

    Without `of_all_time` only those valid at the instant: enough for the price, while an
    explanation also names those that are not valid yet or no longer (Our rule 1). One statement,
    none for what is remembered as it is known now, and one more where there are change sets.
    """
    list_ids = [terms.list_id for terms in lists]
    rows = None if enquiry.known_at else await rows_as_known(work, list_ids, enquiry)
    if rows is None:
        rows = await _read(work, list_ids, enquiry)
    if not enquiry.change_set_ids:
        return rows
    return _with_drafts(work, rows, await _drafts(work, list_ids, enquiry), enquiry)


async def _read(work: Work, list_ids: Sequence[UUID], enquiry: Enquiry) -> list[PriceRow]:
    conditions = [_covering(PriceEntry, list_ids, enquiry), known_at(PriceEntry, enquiry.known_at)]
    if not enquiry.of_all_time:
        conditions.append(valid_at(PriceEntry, enquiry.instant))
    statement = select(*columns_of(PriceEntry)).where(*conditions)
    found = (await work.session.execute(statement)).all()
    return [price_row(row, enquiry.facts) for row in found]


def _covering(table: _Rows, list_ids: Sequence[UUID], enquiry: Enquiry) -> ColumnElement[bool]:
    lines = enquiry.lines
    skus = {line.sku_id for line in lines}
    brands = {line.brand_id for line in lines if line.brand_id}
    categories = {category for line in lines for category in line.category_path}
    whole_group = (
        table.sku_id.is_(None)
        & or_(table.brand_id.is_(None), one_of(table.brand_id, brands))
        & or_(table.category_id.is_(None), one_of(table.category_id, categories))
    )
    covered = or_(one_of(table.sku_id, skus), whole_group)
    return one_of(table.price_list_id, list_ids) & covered


async def _drafts(
    work: Work, list_ids: Sequence[UUID], enquiry: Enquiry
) -> Sequence[Row[*tuple[Any, ...]]]:
    table = PriceChangeRow
    order = func.array_position(
        literal(list(enquiry.change_set_ids), ARRAY(Uuid())), table.change_set_id
    )
    statement = (
        select(*columns_of(table), table.is_removed)
        .where(
            one_of(table.change_set_id, enquiry.change_set_ids),
            _covering(table, list_ids, enquiry),
        )
        .order_by(order, table.position)
    )
    return (await work.session.execute(statement)).all()


def _with_drafts(
    work: Work,
    rows: Sequence[PriceRow],
    drafts: Sequence[Row[*tuple[Any, ...]]],
    enquiry: Enquiry,
) -> list[PriceRow]:
    """Lay the drafts over the rows one after the other, as if they were approved now.

    Of a past instant: as if they had been approved then, since nothing is approved into the past.
    """
    approved = min(work.now, enquiry.instant)
    by_key: dict[tuple[object, ...], Sequence[PriceRow]] = {}
    for row in rows:
        by_key[_key(row)] = [*by_key.get(_key(row), ()), row]
    for found in drafts:
        draft = price_row(found, enquiry.facts)
        draft = draft._replace(valid_from=max(draft.valid_from, approved))
        if draft.valid_until is None or draft.valid_until > draft.valid_from:
            same = by_key.get(_key(draft), ())
            by_key[_key(draft)] = laid_over(same, draft, is_removed=found.is_removed)
    return [row for same in by_key.values() for row in same]


def _key(row: PriceRow) -> tuple[object, ...]:
    scope = (row.list_id, row.sku_id, row.brand_id, row.category_id)
    return (*scope, row.packaging_level, row.from_quantity)
