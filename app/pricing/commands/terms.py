"""Change what a list says beside its prices, from a day on; nothing known is ever rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from app.audit.operations import record
from app.db.knowledge import known_from
from app.db.work import Work
from app.kernel.ids import new_id
from app.kernel.period import Period
from app.pricing import locks
from app.pricing.errors import PriceListEnded, PriceListTermsOverlap
from app.pricing.models import PriceListTerms
from app.pricing.operations.days import day_of, period_from_now
from app.pricing.operations.deriving import (
    NewDerivation,
    check_breaks,
    check_numbers,
    check_parent,
)
from app.pricing.operations.lists import ListAsKnown, with_terms
from app.pricing.operations.scope import own_lists
from app.pricing.rules import BreakType
from app.pricing.rules.basis import BreakBasis
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

DERIVING = ("parent_id", "percent", "amount_added", "multiple", "floor", "ceiling")
_SHOWN = (
    "priority",
    "combination",
    "contract_rule",
    "break_type",
    "break_basis",
    "is_promotable",
    "is_inheritable",
    *DERIVING,
    "valid_from",
    "valid_until",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChange:
    """Terms to set for a time: from now without a first day, up to the list's end without a last.

    `said` holds columns by name; those not in it stay. With `derives` the list derives from
    `derivation`, or from nothing where that is none.
    """

    said: Mapping[str, Any] = field(default_factory=dict[str, Any])
    derives: bool = False
    derivation: NewDerivation | None = None
    first_day: date | None = None
    last_day: date | None = None


@requires(Permission.PRICE_WRITE)
async def change_price_list_terms(work: Work, list_id: UUID, change: TermsChange) -> ListAsKnown:
    """Set terms of an own list for a time; up to a last day, what stands comes back after it.

    Raises `PriceListEnded`, `PriceFromPast`, `PriceListTermsOverlap` where other terms are set to
    begin in that time, `GraduatedBasis`, and what a derivation raises.
    """
    check_numbers(change.derivation)
    await locks.seller(work)
    locked = await locks.price_list(work, list_id, own_lists(work))
    (known,) = await with_terms(work, [locked])
    period = await _period(work, known, change)
    old = known.at(period.start)
    instant = await known_from(work)
    new = again(old, instant, period.start, period.end, _said(change))
    check_breaks(BreakType(new.break_type), BreakBasis(new.break_basis))
    if change.derives:
        await check_parent(work, locked, change.derivation, period)
    await _replace(work, old, new)
    (changed,) = await with_terms(work, [locked])
    record(
        work,
        "PRICE_LIST_TERMS_CHANGED",
        "price_list",
        list_id,
        before=_shown(old),
        after=_shown(new),
    )
    return changed


def again(
    terms: PriceListTerms,
    known_from: datetime,
    valid_from: datetime,
    valid_until: datetime | None,
    said: Mapping[str, Any] | None = None,
) -> PriceListTerms:
    """Write terms anew, as known from now on, for another interval and with what is said now."""
    changed = {
        "id": new_id(),
        "valid_from": valid_from,
        "valid_until": valid_until,
        "known_from": known_from,
        "known_until": None,
        **(said or {}),
    }
    copied = {
        column.key: getattr(terms, column.key)
        for column in inspect(PriceListTerms).column_attrs
        if column.key not in changed
    }
    return PriceListTerms(**copied, **changed)


async def _period(work: Work, known: ListAsKnown, change: TermsChange) -> Period:
    zone = (await tenant_of(work)).time_zone
    asked = period_from_now(work, change.first_day, change.last_day, zone)
    end = known.valid_until
    start = max(asked.start, known.valid_from)
    if (end is not None and start >= end) or (asked.end is not None and start >= asked.end):
        raise PriceListEnded(known.row.name)
    ends = [each for each in (asked.end, end) if each is not None]
    period = Period(start, min(ends) if ends else None)
    for terms in known.terms:
        if start < terms.valid_from and (period.end is None or terms.valid_from < period.end):
            raise PriceListTermsOverlap(str(day_of(terms.valid_from, zone)))
    return period


async def _replace(work: Work, old: PriceListTerms, new: PriceListTerms) -> None:
    instant = old.known_until = new.known_from
    kept = [new]
    if old.valid_from < new.valid_from:
        kept.append(again(old, instant, old.valid_from, new.valid_from))
    if new.valid_until is not None and new.valid_until != old.valid_until:
        kept.append(again(old, instant, new.valid_until, old.valid_until))
    await work.save(*kept)


def _said(change: TermsChange) -> dict[str, Any]:
    said = dict(change.said)
    if change.derives and change.derivation is not None:
        said |= {name: getattr(change.derivation, name) for name in DERIVING}
    elif change.derives:
        nothing = NewDerivation(parent_id=new_id())
        said |= {name: getattr(nothing, name) for name in DERIVING} | {"parent_id": None}
    return said


def _shown(terms: PriceListTerms) -> dict[str, object]:
    held = {name: getattr(terms, name) for name in _SHOWN}
    return {name: None if value is None else str(value) for name, value in held.items()}
