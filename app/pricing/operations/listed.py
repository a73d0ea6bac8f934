"""The lists that speak to an asker, with what they derive from; one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Row,
    Select,
    Uuid,
    any_,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute

from app.db.revisions import Memory, Revised
from app.db.work import Work
from app.kernel.period import Period
from app.kernel.steady import Steady, steady_around
from app.organisations.models import CustomerGroupMember, CustomerLevel, Territory
from app.organisations.operations import ancestry_at, ancestry_changes
from app.pricing.models import PriceList, PriceListTerms
from app.pricing.operations.audience import Asker, Audience, Enquiry
from app.pricing.operations.time import known_at, valid_at
from app.pricing.rules import (
    BreakBasis,
    BreakType,
    Combination,
    ContractRule,
    Derivation,
    ListTerms,
    PriceKind,
)

_Rows = Sequence[Row[*tuple[Any, ...]]]
_DEEPEST = 50
"""Levels and areas further up than this are not walked, so that no loop is walked for ever."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The audience with everything above it, nearest first, and one version of each list."""

    audience: Audience
    lists: tuple[ListTerms, ...]


class _Spoken(NamedTuple):
    valid: Listed
    of_all_time: Listed
    steady: Steady


MOST_ASKERS = 3_000
"""How many askers' lists are remembered; one takes about 3 KiB."""

_listed: Memory[tuple[object, ...], _Spoken] = Memory(
    Revised.PRICES, Revised.PARTIES, most=MOST_ASKERS
)


async def listed_for(work: Work, asker: Asker, enquiry: Enquiry) -> Listed:
    """Read the lists that may price for the asker, with those that they derive from.

    Lists of all kinds and, where prices are inherited, the inheritable base lists of
    organisations above the seller, as the tree stood then; as known when the enquiry says, valid
    at its instant. One statement, and none where what is known now is remembered.
    """
    view = None if enquiry.known_at else await _listed.at(work)
    if view is None:
        rows = await _rows_for(work, asker, enquiry)
        return _listed_of(asker, rows, enquiry.instant, _versions_in(rows))
    key = (asker.seller_id, asker.currency, asker.inherits_prices, asker.audience)
    known = view.get(key)
    if known is None or not known.steady.holds_at(enquiry.instant):
        known = view.put(key, await _spoken(work, asker, enquiry))
    return known.of_all_time if enquiry.of_all_time else known.valid


async def _spoken(work: Work, asker: Asker, enquiry: Enquiry) -> _Spoken:
    """Read versions of all times: which lists are reached changes only as one of them or the tree.

    Versions stay what they are for as long as nobody else stands above the seller.
    """
    rows = await _rows_for(work, asker, replace(enquiry, of_all_time=True))
    found, instant = _versions_in(rows), enquiry.instant
    changes = [change for row in found for change in (row.valid_from, row.valid_until)]
    changes += rows[0].moves or ()
    valid = [row for row in found if Period(row.valid_from, row.valid_until).contains(instant)]
    return _Spoken(
        _listed_of(asker, rows, instant, valid),
        _listed_of(asker, rows, instant, found),
        steady_around(instant, changes),
    )


def _versions_in(rows: _Rows) -> _Rows:
    return [row for row in rows if row.list_id is not None]


async def _rows_for(work: Work, asker: Asker, enquiry: Enquiry) -> _Rows:
    audience, is_whole = asker.audience, asker.audience.is_whole
    levels = _path(work, CustomerLevel, audience.level_ids, "level_path", is_whole=is_whole)
    areas = _path(work, Territory, audience.territory_ids, "territory_path", is_whole=is_whole)
    groups = _groups(work, audience)
    above = _above(work, asker, enquiry)
    spoken_to = _spoken_to(work, asker, enquiry, (levels, areas, groups), above)
    versions = _versions(spoken_to, enquiry, above)
    moves = ancestry_changes(work, asker.seller_id) if asker.inherits_prices else null()
    statement = _with_audience(versions, (levels, areas, groups), moves)
    return (await work.session.execute(statement)).all()


def _listed_of(asker: Asker, rows: _Rows, instant: datetime, versions: _Rows) -> Listed:
    level_ids, territory_ids, group_ids = (tuple(ids or ()) for ids in rows[0][:3])
    audience = replace(
        asker.audience, level_ids=level_ids, territory_ids=territory_ids, group_ids=group_ids
    )
    chosen = _one_version_each(versions, instant)
    return Listed(audience, tuple(_terms(row, asker) for row in chosen))


async def listed_by_id(
    work: Work, asker: Asker, list_ids: Collection[UUID], enquiry: Enquiry
) -> tuple[ListTerms, ...]:
    """Read some of the seller's lists and its base lists, with those that they derive from.

    To whom they speak does not matter; one statement.
    """
    named = or_(PriceList.kind == PriceKind.BASE, one_of(PriceList.id, list_ids))
    chosen = (PriceList.seller_id == asker.seller_id) & named
    reached = _with_parents(work, asker, enquiry, chosen)
    versions = _versions(reached, enquiry, _above(work, asker, enquiry))
    rows = (await work.session.execute(select(versions))).all()
    return tuple(_terms(row, asker) for row in _one_version_each(rows, enquiry.instant))


def one_of(
    column: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
    values: Collection[UUID],
) -> ColumnElement[bool]:
    """Compare with one array parameter, so that the statement's text is the same for any number."""
    return column == any_(literal(sorted(set(values)), ARRAY(Uuid())))


def _path(
    work: Work,
    table: type[CustomerLevel] | type[Territory],
    ids: Sequence[UUID],
    name: str,
    *,
    is_whole: bool,
) -> CTE:
    seeds = literal(list(ids), ARRAY(Uuid()))
    distance = func.array_position(seeds, table.id) - 1
    path = (
        select(table.id, table.parent_id, distance.label("distance"))
        .where(table.tenant_id == work.tenant_id, table.id == any_(seeds))
        .cte(name, recursive=True)
    )
    above = select(table.id, table.parent_id, path.c.distance + 1).where(
        table.tenant_id == work.tenant_id,
        table.id == path.c.parent_id,
        path.c.distance < (0 if is_whole else _DEEPEST),
    )
    return path.union(above)


def _groups(work: Work, audience: Audience) -> CTE:
    member = CustomerGroupMember
    asked = select(func.unnest(literal(list(audience.group_ids), ARRAY(Uuid()))).label("id"))
    if audience.is_whole:
        return asked.cte("groups")
    held = select(member.group_id).where(
        member.tenant_id == work.tenant_id, member.relationship_id == audience.relationship_id
    )
    return asked.union(held).cte("groups")


_Paths = tuple[CTE, CTE, CTE]


def _above(work: Work, asker: Asker, enquiry: Enquiry) -> CTE:
    """Select who stood above the seller at the instant, as known when the enquiry says.

    A move counts from its instant on, and is known from it.
    """
    then = min(enquiry.instant, enquiry.known_at or enquiry.instant)
    return ancestry_at(work, asker.seller_id, then)


def _spoken_to(work: Work, asker: Asker, enquiry: Enquiry, paths: _Paths, above: CTE) -> CTE:
    """Walk from the lists that speak to the asker to all that they derive from."""
    own = (PriceList.seller_id == asker.seller_id) & _addressed(asker.audience, paths)
    owner = own | _inherited(above) if asker.inherits_prices else own
    return _with_parents(work, asker, enquiry, owner)


def _with_parents(work: Work, asker: Asker, enquiry: Enquiry, chosen: ColumnElement[bool]) -> CTE:
    reached = (
        select(PriceList.id.label("list_id"))
        .where(PriceList.tenant_id == work.tenant_id, PriceList.currency == asker.currency, chosen)
        .cte("reached", recursive=True)
    )
    parents = select(PriceListTerms.parent_id).where(
        PriceListTerms.tenant_id == work.tenant_id,
        PriceListTerms.price_list_id == reached.c.list_id,
        PriceListTerms.parent_id.is_not(None),
        known_at(PriceListTerms, enquiry.known_at),
        valid_at(PriceListTerms, enquiry.instant),
    )
    return reached.union(parents)


def _addressed(audience: Audience, paths: _Paths) -> ColumnElement[bool]:
    levels, areas, groups = paths
    conditions = [
        PriceList.kind == PriceKind.BASE,
        PriceList.level_id.in_(select(levels.c.id)),
        PriceList.group_id.in_(select(groups.c.id)),
        PriceList.territory_id.in_(select(areas.c.id)),
    ]
    # Compared with none a column would be asked for its own absence, and let every list in.
    if audience.relationship_id is not None:
        conditions.append(PriceList.relationship_id == audience.relationship_id)
    if audience.channel is not None:
        conditions.append(PriceList.sales_channel == audience.channel)
    return or_(*conditions)


def _inherited(above: CTE) -> ColumnElement[bool]:
    ancestors = select(above.c.ancestor_id).where(above.c.distance > 0)
    return (PriceList.kind == PriceKind.BASE) & PriceList.seller_id.in_(ancestors)


def _with_audience(
    versions: Any, paths: _Paths, moves: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    """Put the audience beside every list, and in one row of its own where there is none."""
    levels, areas, groups = paths
    audience = select(
        _nearest_first(levels).label("level_ids"),
        _nearest_first(areas).label("territory_ids"),
        select(func.array_agg(groups.c.id)).scalar_subquery().label("group_ids"),
        moves.label("moves"),
    ).subquery("audience")
    return select(audience, versions).select_from(audience.outerjoin(versions, true()))


def _nearest_first(path: CTE) -> Any:
    nearest = (
        select(path.c.id, func.min(path.c.distance).label("distance"))
        .group_by(path.c.id)
        .subquery()
    )
    ordered = func.array_agg(aggregate_order_by(nearest.c.id, nearest.c.distance, nearest.c.id))
    return select(ordered).scalar_subquery()


def _versions(reached: CTE, enquiry: Enquiry, above: CTE) -> Any:
    stands_above = above.c.ancestor_id == PriceList.seller_id
    statement = (
        select(
            PriceList.id.label("list_id"),
            PriceList.name,
            PriceList.kind,
            PriceList.seller_id,
            PriceList.currency,
            PriceList.is_tax_inclusive,
            PriceList.relationship_id,
            PriceList.level_id,
            PriceList.group_id,
            PriceList.territory_id,
            PriceList.sales_channel,
            func.coalesce(above.c.distance, 0).label("distance"),
            *_TERMS,
        )
        .join(reached, reached.c.list_id == PriceList.id)
        .join(PriceListTerms, PriceListTerms.price_list_id == PriceList.id)
        .outerjoin(above, stands_above)
        .where(known_at(PriceListTerms, enquiry.known_at))
    )
    if not enquiry.of_all_time:
        statement = statement.where(valid_at(PriceListTerms, enquiry.instant))
    return statement.subquery("versions")


_TERMS = (
    PriceListTerms.priority,
    PriceListTerms.combination,
    PriceListTerms.contract_rule,
    PriceListTerms.break_type,
    PriceListTerms.break_basis,
    PriceListTerms.is_promotable,
    PriceListTerms.is_inheritable,
    PriceListTerms.parent_id,
    PriceListTerms.percent,
    PriceListTerms.amount_added,
    PriceListTerms.multiple,
    PriceListTerms.floor,
    PriceListTerms.ceiling,
    PriceListTerms.valid_from,
    PriceListTerms.valid_until,
)


def _one_version_each(rows: _Rows, instant: datetime) -> list[Row[*tuple[Any, ...]]]:
    """Choose for each list the version in force, else the latest begun, else the first to come."""
    chosen: dict[UUID, Row[*tuple[Any, ...]]] = {}
    for row in sorted(rows, key=lambda row: (row.valid_from, row.list_id)):
        if row.list_id not in chosen or row.valid_from <= instant:
            chosen[row.list_id] = row
    return list(chosen.values())


def _terms(row: Row[*tuple[Any, ...]], asker: Asker) -> ListTerms:
    is_above = row.seller_id != asker.seller_id
    is_inherited = is_above and row.kind == PriceKind.BASE and row.is_inheritable
    return ListTerms(
        list_id=row.list_id,
        name=row.name,
        kind=PriceKind.INHERITED if is_inherited else PriceKind(row.kind),
        seller_id=row.seller_id,
        currency=row.currency,
        period=Period(row.valid_from, row.valid_until),
        is_tax_inclusive=row.is_tax_inclusive,
        relationship_id=row.relationship_id,
        level_id=row.level_id,
        group_id=row.group_id,
        territory_id=row.territory_id,
        channel=row.sales_channel,
        priority=row.priority,
        combination=Combination(row.combination),
        contract_rule=ContractRule(row.contract_rule),
        break_type=BreakType(row.break_type),
        break_basis=BreakBasis(row.break_basis),
        is_promotable=row.is_promotable,
        derivation=_derivation(row),
        distance=row.distance if is_inherited else 0,
    )


def _derivation(row: Row[*tuple[Any, ...]]) -> Derivation | None:
    if row.parent_id is None:
        return None
    return Derivation(
        parent_id=row.parent_id,
        percent=row.percent,
        amount=row.amount_added,
        multiple=row.multiple,
        floor=row.floor,
        ceiling=row.ceiling,
    )
