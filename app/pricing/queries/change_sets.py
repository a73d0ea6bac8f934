"""Read the own organisation's price changes, their rows, and the history of single prices."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import keyset_of_each, newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceEntry
from app.pricing.operations.change_sets import (
    Closing,
    SeenChangeSet,
    own_change_set,
    own_change_sets,
    seen,
    sets_at,
)
from app.pricing.operations.scope import own_list
from app.pricing.rules.change import ChangeSetStatus
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission


@requires(Permission.PRICE_READ)
async def price_change_sets(
    work: Work, status: ChangeSetStatus | None, page: PageRequest
) -> Page[SeenChangeSet]:
    """Return the own organisation's price changes, the newest first; of one status if asked."""
    statement = select(PriceChangeSet).where(own_change_sets(work))
    if status is not None:
        statement = statement.where(PriceChangeSet.status == status)
    rows = await work.session.scalars(newest_first(statement, page, PriceChangeSet.id))
    return page_of(await seen(work, rows.all()), page, lambda each: (str(each.row.id),))


@requires(Permission.PRICE_READ)
async def price_change_set(work: Work, set_id: UUID) -> SeenChangeSet:
    """Return one of the own organisation's price changes; raises `NotFound`."""
    (found,) = await seen(work, [await own_change_set(work, set_id)])
    return found


@requires()
async def price_change_sets_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, SeenChangeSet]:
    """Return own price changes by id; none to those who may not read prices."""
    if not work.actor.may(Permission.PRICE_READ):
        return {}
    rows = await work.session.scalars(
        select(PriceChangeSet).where(PriceChangeSet.id.in_(set(ids)), own_change_sets(work))
    )
    return {found.row.id: found for found in await seen(work, rows.all())}


@requires()
async def price_changes_closing(
    work: Work, closings: Collection[Closing]
) -> dict[Closing, SeenChangeSet]:
    """Return which own change closed versions of prices, by their list and `known_until`.

    It is the change that was applied at that instant, or taken back; none to those who may not
    read prices.
    """
    sets = await sets_at(work, closings) if work.actor.may(Permission.PRICE_READ) else {}
    found = await price_change_sets_by_id(work, set(sets.values()))
    return {closing: found[set_id] for closing, set_id in sets.items()}


@requires()
async def price_change_rows_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, PriceChangeRow]:
    """Return rows of own price changes by id; none to those who may not read prices."""
    if not work.actor.may(Permission.PRICE_READ):
        return {}
    rows = await work.session.scalars(
        select(PriceChangeRow)
        .join(PriceChangeSet, PriceChangeSet.id == PriceChangeRow.change_set_id)
        .where(PriceChangeRow.id.in_(set(ids)), own_change_sets(work))
    )
    return {row.id: row for row in rows}


@requires(Permission.PRICE_READ)
async def price_change_rows_of(
    work: Work, set_ids: Collection[UUID], page: PageRequest
) -> dict[UUID, Page[PriceChangeRow]]:
    """Return a page of each own set's rows, in the order in which they were put there."""
    statement = (
        select(PriceChangeRow)
        .join(PriceChangeSet, PriceChangeSet.id == PriceChangeRow.change_set_id)
        .where(PriceChangeRow.change_set_id.in_(set(set_ids)), own_change_sets(work))
    )
    rows = await work.session.scalars(
        keyset_of_each(
            statement,
            page,
            PriceChangeRow.change_set_id,
            PriceChangeRow.position,
            PriceChangeRow.id,
        )
    )
    found: dict[UUID, list[PriceChangeRow]] = {set_id: [] for set_id in set_ids}
    for row in rows:
        found[row.change_set_id].append(row)
    return {
        key: page_of(own, page, lambda row: (str(row.position), str(row.id)))
        for key, own in found.items()
    }


@requires(Permission.PRICE_READ)
async def price_changers(work: Work, membership_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those of the own organisation who had a hand in price changes."""
    rows = await work.session.execute(
        select(Membership.id, Membership.name).where(
            Membership.id.in_(set(membership_ids)),
            Membership.organisation_id == work.actor.own_organisation,
        )
    )
    return {row.id: row.name for row in rows}


@requires(Permission.PRICE_READ)
async def price_history(
    work: Work, list_id: UUID, sku_id: UUID, page: PageRequest
) -> Page[PriceEntry]:
    """Return every version of a SKU's prices in an own list on both time axes, newest first.

    Raises `NotFound` for a list that is not the own organisation's.
    """
    await own_list(work, list_id)
    statement = select(PriceEntry).where(
        PriceEntry.price_list_id == list_id, PriceEntry.sku_id == sku_id
    )
    rows = await work.session.scalars(newest_first(statement, page, PriceEntry.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))
