"""Price rows of one seller for one buyer, read in one statement however many products are asked."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Uuid, any_, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db.work import Work
from app.kernel.period import Period
from app.kernel.quantity import PackagingLevel
from app.pricing.models import PriceEntry, PriceList, PriceListTerms
from app.pricing.operations.lines import Facts
from app.pricing.rules import (
    BreakType,
    Combination,
    ContractRule,
    PriceCandidate,
    PriceKind,
    PriceRequest,
)

_COLUMNS = (
    PriceEntry.id,
    PriceEntry.sku_id,
    PriceEntry.brand_id,
    PriceEntry.category_id,
    PriceEntry.packaging_level,
    PriceEntry.from_quantity,
    PriceEntry.amount,
    PriceEntry.percent_of_list,
    PriceEntry.valid_from,
    PriceEntry.valid_until,
    PriceList.id.label("list_id"),
    PriceList.seller_id,
    PriceList.kind,
    PriceList.level_id,
    PriceList.relationship_id,
    PriceList.name,
    PriceList.currency,
    PriceListTerms.priority,
    PriceList.is_tax_inclusive,
    PriceListTerms.combination,
    PriceListTerms.contract_rule,
    PriceListTerms.break_type,
    PriceListTerms.valid_from.label("list_from"),
    PriceListTerms.valid_until.label("list_until"),
)


async def listed_prices(
    work: Work, request: PriceRequest, facts: Facts, *, of_all_time: bool
) -> list[PriceCandidate]:
    """Read the rows that cover an asked SKU and speak to the buyer.

    Without `of_all_time` only those valid at the price instant: enough for the price, while an
    explanation also names those that are not valid yet or no longer (Our rule 1).
    """
    conditions = [
        *_for_buyer(request),
        _covering(request),
        PriceEntry.known_until.is_(None),
        PriceListTerms.known_until.is_(None),
    ]
    if not of_all_time:
        conditions += _valid(request)
    statement = (
        select(*_COLUMNS)
        .join(PriceList, PriceEntry.price_list_id == PriceList.id)
        .join(PriceListTerms, PriceListTerms.price_list_id == PriceList.id)
    )
    rows = (await work.session.execute(statement.where(*conditions))).all()
    return [_candidate(row, facts) for row in rows]


def _for_buyer(request: PriceRequest) -> list[ColumnElement[bool]]:
    audience = or_(
        PriceList.kind == PriceKind.BASE,
        _one_of(PriceList.level_id, request.level_ids),
        PriceList.relationship_id == request.relationship_id,
    )
    return [
        PriceList.seller_id == request.seller_id,
        PriceList.currency == request.currency,
        audience,
    ]


def _covering(request: PriceRequest) -> ColumnElement[bool]:
    skus = {line.sku_id for line in request.lines}
    brands = {line.brand_id for line in request.lines if line.brand_id}
    categories = {category for line in request.lines for category in line.category_path}
    whole_group = (
        PriceEntry.sku_id.is_(None)
        & or_(PriceEntry.brand_id.is_(None), _one_of(PriceEntry.brand_id, brands))
        & or_(PriceEntry.category_id.is_(None), _one_of(PriceEntry.category_id, categories))
    )
    return or_(_one_of(PriceEntry.sku_id, skus), whole_group)


def _valid(request: PriceRequest) -> list[ColumnElement[bool]]:
    instant = request.price_instant
    return [
        condition
        for table in (PriceListTerms, PriceEntry)
        for condition in (
            table.valid_from <= instant,
            or_(table.valid_until.is_(None), table.valid_until > instant),
        )
    ]


def _one_of(
    column: InstrumentedAttribute[UUID | None], values: Collection[UUID]
) -> ColumnElement[bool]:
    # One array parameter: the statement stays the same text for any number of values.
    return column == any_(literal(_sorted(values), ARRAY(Uuid())))


def _sorted(values: Collection[UUID]) -> Sequence[UUID]:
    return sorted(set(values))


def _candidate(row: Row[*tuple[Any, ...]], facts: Facts) -> PriceCandidate:
    level = PackagingLevel(row.packaging_level) if row.packaging_level else None
    return PriceCandidate(
        entry_id=row.id,
        list_id=row.list_id,
        list_name=row.name,
        kind=PriceKind(row.kind),
        seller_id=row.seller_id,
        currency=row.currency,
        list_period=Period(row.list_from, row.list_until),
        entry_period=Period(row.valid_from, row.valid_until),
        priority=row.priority,
        amount=row.amount,
        percent_of_list=row.percent_of_list,
        packaging_level=level,
        unit_factor=facts[row.sku_id].packaging.get(level) if row.sku_id and level else None,
        from_quantity=row.from_quantity,
        tax_inclusive=row.is_tax_inclusive,
        sku_id=row.sku_id,
        brand_id=row.brand_id,
        category_id=row.category_id,
        relationship_id=row.relationship_id,
        level_id=row.level_id,
        combination=Combination(row.combination),
        contract_rule=ContractRule(row.contract_rule),
        break_type=BreakType(row.break_type),
    )
