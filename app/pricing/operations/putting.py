"""Check rows of a change set against its lists and each other, and write the good ones."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.db.work import Work
from app.kernel.errors import DomainError, NotFound
from app.kernel.period import Period, start_of_day
from app.pricing.errors import (
    PriceFromPast,
    PriceListEnded,
    PriceListPeriodWrong,
    PriceRowsOverlap,
)
from app.pricing.models import PriceChangeSet
from app.pricing.operations.change_sets import SeenChangeSet, overlapped, put_rows, seen
from app.pricing.operations.days import day_of, period_of
from app.pricing.operations.lists import ListAsKnown, own_lists_as_known
from app.pricing.operations.moving import begin_changing
from app.pricing.operations.trail import told
from app.pricing.operations.wanted import (
    EntryKey,
    Known,
    PriceChange,
    Wanted,
    checked_change,
    known_things,
)
from app.tenants.operations import tenant_of

MOST_ROWS = 10_000
_REMEDIES = {
    "NOT_FOUND": "Take an id that the API gave you, or leave the row out.",
    "INVALID": "Correct the field and send the row again.",
}


class ErrorPolicy(StrEnum):
    """What becomes of the good rows when others are at fault."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING"
    KEEP_VALID = "KEEP_VALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One price to set in a list, or with `is_removed` to take away; days as in `NewChangeSet`."""

    list_id: UUID
    change: PriceChange
    first_day: date | None = None
    last_day: date | None = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row, counted from 1 (in a file from its first line), and the remedy."""

    row: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PutOutcome:
    """The set as it is now, how many rows were written, and those that were not, in their order."""

    change_set: SeenChangeSet
    written: int
    faults: Sequence[RowFault]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows by their number, still to be checked, beside the faults found on the way to them.

    The faults of lines of a file name its columns, not the API's fields.
    """

    rows: Mapping[int, RowChange]
    faults: Sequence[RowFault] = ()
    are_lines: bool = False


@dataclass(frozen=True, slots=True)
class _Ground:
    """Everything that rows are checked against."""

    lists: Mapping[UUID, ListAsKnown]
    known: Known
    default: Period
    zone: str
    today: date


async def put(
    work: Work, row: PriceChangeSet, candidates: Candidates, policy: ErrorPolicy
) -> PutOutcome:
    """Check candidates and write the good ones, or none where one fault is too many."""
    ground = await _ground(work, row, candidates.rows.values())
    wanted, faults = _checked(ground, candidates)
    wanted, more = await _without_overlaps(work, row.id, wanted)
    faults = sorted([*faults, *more], key=lambda fault: fault.row)
    if candidates.are_lines:
        faults = [replace(fault, field=column_of(fault.field)) for fault in faults]
    if faults and policy is ErrorPolicy.ALL_OR_NOTHING:
        wanted = {}
    if wanted:
        before = str(row.status)
        await begin_changing(work, row)
        await put_rows(work, row.id, list(wanted.values()))
        told(work, row, "CHANGE_PRICE_CHANGE", {"written": len(wanted)}, before=before)
    (found,) = await seen(work, [row])
    return PutOutcome(found, len(wanted), faults)


def column_of(field: str) -> str:
    """Return the column of a file that the API's field stands for."""
    return re.sub("([A-Z])", r"_\1", field).lower().removesuffix("_id")


def fault_of(number: int, error: DomainError) -> RowFault:
    """Show an error as the fault of a row, with what to do about it."""
    remedy = _REMEDIES.get(error.code)
    message = f"{error.message} {remedy}" if remedy else error.message
    return RowFault(number, error.path, error.code, message)


async def _ground(work: Work, row: PriceChangeSet, rows: Any) -> _Ground:
    changes = list(rows)
    zone = (await tenant_of(work)).time_zone
    return _Ground(
        await own_lists_as_known(work, {each.list_id for each in changes}),
        await known_things(work, (each.change for each in changes)),
        Period(row.effective_from, row.effective_until),
        zone,
        day_of(work.now, zone),
    )


def _checked(
    ground: _Ground, candidates: Candidates
) -> tuple[dict[int, dict[str, Any]], list[RowFault]]:
    wanted: dict[int, dict[str, Any]] = {}
    faults = list(candidates.faults)
    versions: dict[tuple[UUID, EntryKey], list[tuple[int, Period]]] = {}
    for number, row in candidates.rows.items():
        try:
            found, period = _checked_row(ground, row)
            others = versions.setdefault((row.list_id, found.key), [])
            _check_overlap(others, period)
        except DomainError as error:
            faults.append(fault_of(number, error))
            continue
        others.append((number, period))
        wanted[number] = found.row(row.list_id, number, period.start, period.end)
    return wanted, faults


def _checked_row(ground: _Ground, row: RowChange) -> tuple[Wanted, Period]:
    price_list = ground.lists.get(row.list_id)
    if price_list is None:
        raise NotFound("PriceList").at("priceListId")
    wanted = checked_change(price_list.row, ground.known, row.change, is_removed=row.is_removed)
    period = _period(ground, row)
    if price_list.valid_until is not None and period.start >= price_list.valid_until:
        raise PriceListEnded(price_list.row.name)
    return wanted, period


def _period(ground: _Ground, row: RowChange) -> Period:
    if row.first_day is None and row.last_day is None:
        return ground.default
    if row.first_day is not None:
        if row.first_day < ground.today:
            raise PriceFromPast(str(row.first_day), str(ground.today))
        return period_of(row.first_day, row.last_day, ground.zone)
    end = period_of(row.last_day or ground.today, row.last_day, ground.zone).end
    return _until(ground, end, row.last_day)


def _until(ground: _Ground, end: datetime | None, last_day: date | None) -> Period:
    start = ground.default.start
    if end is not None and end <= max(start, start_of_day(ground.today, ground.zone)):
        raise PriceListPeriodWrong(str(day_of(start, ground.zone)), str(last_day))
    return Period(start, end)


def _check_overlap(others: Sequence[tuple[int, Period]], period: Period) -> None:
    for number, other in others:
        if other.overlaps(period):
            raise PriceRowsOverlap(str(number))


async def _without_overlaps(
    work: Work, set_id: UUID, wanted: Mapping[int, dict[str, Any]]
) -> tuple[dict[int, dict[str, Any]], list[RowFault]]:
    found = await overlapped(work, set_id, list(wanted.values()))
    faults = [
        fault_of(number, PriceRowsOverlap(f"{position} of the set"))
        for number, position in found.items()
    ]
    return {number: row for number, row in wanted.items() if number not in found}, faults
