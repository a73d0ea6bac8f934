"""Set prices of a list: many at once, all or nothing, and never over the past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.period import Period
from app.pricing import locks
from app.pricing.errors import PriceApprovalNeeded, PriceChangeOutsideBand, PriceListEnded
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceList
from app.pricing.operations.applying import apply
from app.pricing.operations.change_sets import put_rows, seller_terms
from app.pricing.operations.days import period_from_now
from app.pricing.operations.impact import conflicts_of
from app.pricing.operations.lists import ListAsKnown, with_terms
from app.pricing.operations.outside import check_bands, check_nobody_is_asked
from app.pricing.operations.scope import own_lists
from app.pricing.operations.trail import told
from app.pricing.operations.wanted import PriceChange, Wanted, checked, known_things
from app.pricing.rules.change import ChangeSetStatus
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

MOST_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class PriceChanges:
    """Prices to set from one day on: from now without a first day, for good without a last."""

    entries: Sequence[PriceChange]
    first_day: date | None = None
    last_day: date | None = None


@requires(Permission.PRICE_WRITE)
async def set_prices(work: Work, list_id: UUID, changes: PriceChanges) -> ListAsKnown:
    """Set many prices of an own list from an instant on; all or none (R3-13, R3-14, R3-36).

    It is a change set that is approved at once, where the organisation wants no approval (R3-53).
    For good: what stands ends where the new begins. Up to a last day: what stands comes back
    after it, since the later start wins in between (Our rule 1). What is equal already stays as
    it is. Raises `PriceApprovalNeeded`, also for what the grantor of a band has to agree to,
    `PriceChangeOutsideBand`, `PriceFromPast`, `PriceListEnded`, and what `checked` raises at
    `entries.3`.
    """
    if not 1 <= len(changes.entries) <= MOST_ENTRIES:
        raise Invalid("entries", f"must be 1 to {MOST_ENTRIES}")
    price_list = await locks.price_list(work, list_id, own_lists(work))
    terms = await seller_terms(work)
    if terms.needs_approval:
        raise PriceApprovalNeeded
    zone = (await tenant_of(work)).time_zone
    period = period_from_now(work, changes.first_day, changes.last_day, zone)
    (known,) = await with_terms(work, [price_list])
    if known.valid_until is not None and period.start >= known.valid_until:
        raise PriceListEnded(price_list.name)
    things = await known_things(work, changes.entries)
    wanted = checked(price_list, things, changes.entries)
    await _set(work, price_list, wanted, period, terms.instant)
    return known


async def _set(
    work: Work, price_list: PriceList, wanted: Sequence[Wanted], period: Period, instant: datetime
) -> None:
    made = _approved_set(work, price_list, period, instant)
    await work.save(made)
    await put_rows(
        work, made.id, [_row(price_list, each, period, n) for n, each in _from_1(wanted)]
    )
    await _check_bands(work, made)
    applied = await apply(work, made.id, instant)
    if applied.entries:
        made.decided_at = applied.instant
        told(work, made, "PRICES_SET", {"priceList": price_list.name, "rows": len(wanted)})
    else:
        await _forget(work, made)


async def _check_bands(work: Work, made: PriceChangeSet) -> None:
    conflicts = await conflicts_of(work, made.seller_id, made.id)
    try:
        check_bands(conflicts, made.seller_id, has_second_person=False)
    except PriceChangeOutsideBand as refused:
        raise refused.at(f"entries.{refused.row - 1}") from None
    check_nobody_is_asked(conflicts)


def _approved_set(
    work: Work, price_list: PriceList, period: Period, instant: datetime
) -> PriceChangeSet:
    person = work.actor.membership_id
    return PriceChangeSet(
        id=new_id(),
        seller_id=price_list.seller_id,
        name=price_list.name,
        status=ChangeSetStatus.APPROVED,
        effective_from=period.start,
        effective_until=period.end,
        created_by_membership_id=person,
        created_at=work.now,
        changed_by_membership_id=person,
        submitted_by_membership_id=person,
        submitted_at=work.now,
        decided_by_membership_id=person,
        decided_at=instant,
    )


def _row(price_list: PriceList, wanted: Wanted, period: Period, number: int) -> dict[str, Any]:
    return wanted.row(price_list.id, number, period.start, period.end)


def _from_1(wanted: Sequence[Wanted]) -> list[tuple[int, Wanted]]:
    return list(enumerate(wanted, start=1))


async def _forget(work: Work, made: PriceChangeSet) -> None:
    """Leave no trace of a change that changes nothing: repeating a call stays without effect."""
    rows = delete(PriceChangeRow).where(PriceChangeRow.change_set_id == made.id)
    await work.session.execute(rows)
    await work.session.execute(delete(PriceChangeSet).where(PriceChangeSet.id == made.id))
