"""Set prices of a list: many at once, all or nothing, and never over the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.audit.operations import record
from app.catalog.models import Brand, Category
from app.catalog.operations import sku_facts
from app.db.bulk import update_rows
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.period import Period
from app.pricing import locks
from app.pricing.commands.days import period_from_now
from app.pricing.commands.wanted import EntryKey, Known, PriceChange, Wanted, checked
from app.pricing.errors import PriceListEnded
from app.pricing.models import PriceEntry
from app.pricing.operations.lists import ListAsKnown, with_terms
from app.pricing.operations.scope import own_lists
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

MOST_ENTRIES = 1_000
Row = dict[str, Any]
_SHOWN = ("id", "amount", "percent_of_list", "valid_until")


@dataclass(frozen=True, slots=True)
class PriceChanges:
    """Prices to set from one day on: from now without a first day, for good without a last."""

    entries: Sequence[PriceChange]
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which rows stop being what is known, and which are written instead."""

    closed: list[PriceEntry]
    added: list[Row]


@requires(Permission.PRICE_WRITE)
async def set_prices(work: Work, list_id: UUID, changes: PriceChanges) -> ListAsKnown:
    """Set many prices of an own list from an instant on; all or none (R3-13, R3-14, R3-36).

    For good: what stands ends where the new begins. Up to a last day: what stands comes back
    after it, since the later start wins in between (Our rule 1). What is equal already stays as
    it is. Raises `PriceFromPast`, `PriceListEnded`, and what `checked` raises at `entries.3`.
    """
    if not 1 <= len(changes.entries) <= MOST_ENTRIES:
        raise Invalid("entries", f"must be 1 to {MOST_ENTRIES}")
    price_list = await locks.price_list(work, list_id, own_lists(work))
    zone = (await tenant_of(work)).time_zone
    period = period_from_now(work, changes.first_day, changes.last_day, zone)
    (known,) = await with_terms(work, [price_list])
    if known.valid_until is not None and period.start >= known.valid_until:
        raise PriceListEnded(price_list.name)
    wanted = checked(price_list, await _known(work, changes.entries), changes.entries)
    standing = await _standing(work, list_id, wanted, period)
    await _carry_out(work, list_id, _plan(wanted, standing, period))
    return known


async def _known(work: Work, entries: Sequence[PriceChange]) -> Known:
    brands = {entry.brand_id for entry in entries if entry.brand_id}
    categories = {entry.category_id for entry in entries if entry.category_id}
    return Known(
        await sku_facts(work, {entry.sku_id for entry in entries if entry.sku_id}),
        await _existing(work, Brand, brands),
        await _existing(work, Category, categories),
    )


async def _existing(work: Work, table: type[Brand | Category], ids: set[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    return frozenset(await work.session.scalars(select(table.id).where(table.id.in_(ids))))


async def _standing(
    work: Work, list_id: UUID, wanted: Sequence[Wanted], period: Period
) -> dict[EntryKey, list[PriceEntry]]:
    """Read entries of the wanted keys that are not over when the period starts, oldest first."""
    skus = {each.key.sku_id for each in wanted if each.key.sku_id}
    rows = await work.session.scalars(
        select(PriceEntry)
        .where(
            PriceEntry.price_list_id == list_id,
            PriceEntry.known_until.is_(None),
            or_(PriceEntry.sku_id.is_(None), PriceEntry.sku_id.in_(skus)),
            or_(PriceEntry.valid_until.is_(None), PriceEntry.valid_until > period.start),
            PriceEntry.valid_from <= period.start,
        )
        .order_by(PriceEntry.valid_from, PriceEntry.id)
    )
    keys = {each.key for each in wanted}
    found: dict[EntryKey, list[PriceEntry]] = {}
    for row in rows:
        if (key := _key(row)) in keys:
            found.setdefault(key, []).append(row)
    return found


def _key(row: PriceEntry) -> EntryKey:
    return EntryKey(
        row.sku_id, row.brand_id, row.category_id, row.packaging_level, row.from_quantity
    )


def _plan(
    wanted: Sequence[Wanted], standing: Mapping[EntryKey, list[PriceEntry]], period: Period
) -> _Plan:
    plan = _Plan([], [])
    for each in wanted:
        rows = standing.get(each.key, [])
        if rows and _is_equal(rows[-1], each, period):
            continue
        for row in rows:
            # A row that would start at the same instant has never been in force: it is replaced.
            if row.valid_from == period.start:
                plan.closed.append(row)
            elif period.end is None:
                plan.closed.append(row)
                plan.added.append(_until(row, period))
        plan.added.append(_new(each, period))
    return plan


def _is_equal(row: PriceEntry, wanted: Wanted, period: Period) -> bool:
    same = (row.amount, row.percent_of_list) == (wanted.amount, wanted.percent_of_list)
    lasts = row.valid_until is None or (period.end is not None and period.end <= row.valid_until)
    return same and lasts


def _until(row: PriceEntry, period: Period) -> Row:
    return {
        "id": new_id(),
        **_key(row)._asdict(),
        "amount": row.amount,
        "percent_of_list": row.percent_of_list,
        "valid_from": row.valid_from,
        "valid_until": period.start,
        "change_set_id": row.change_set_id,
    }


def _new(wanted: Wanted, period: Period) -> Row:
    return {
        "id": new_id(),
        **wanted.key._asdict(),
        "amount": wanted.amount,
        "percent_of_list": wanted.percent_of_list,
        "valid_from": period.start,
        "valid_until": period.end,
        "change_set_id": None,
    }


async def _carry_out(work: Work, list_id: UUID, plan: _Plan) -> None:
    if not plan.added:
        return
    closed = [{"id": row.id, "known_until": work.now} for row in plan.closed]
    await update_rows(work, PriceEntry, closed)
    made = {"price_list_id": list_id, "known_from": work.now}
    await work.insert(PriceEntry, [row | made for row in plan.added])
    record(
        work,
        "PRICES_SET",
        "price_list",
        list_id,
        before={"entries": [_shown_entry(row) for row in plan.closed]},
        after={"entries": [_shown(row) for row in plan.added]},
    )


def _shown_entry(row: PriceEntry) -> Row:
    return _shown({name: getattr(row, name) for name in _SHOWN})


def _shown(row: Row) -> Row:
    return {name: None if row[name] is None else str(row[name]) for name in _SHOWN}
