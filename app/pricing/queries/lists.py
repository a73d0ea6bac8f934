"""Read the own organisation's price lists, versions and all."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from app.db.keyset import keyset, keyset_of_each
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.pricing.models import PriceEntry, PriceList, PriceListTerms
from app.pricing.operations.lists import ListAsKnown, with_terms
from app.pricing.operations.scope import own_list, own_lists
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRICE_READ)
async def price_lists(work: Work, page: PageRequest) -> Page[ListAsKnown]:
    """Return the own organisation's lists by name, ended ones too."""
    statement = keyset(select(PriceList).where(own_lists(work)), page, PriceList.name, PriceList.id)
    rows = await work.session.scalars(statement)
    found = await with_terms(work, rows.all())
    return page_of(found, page, lambda each: (each.row.name, str(each.row.id)))


@requires(Permission.PRICE_READ)
async def price_list(work: Work, list_id: UUID) -> ListAsKnown:
    """Return one of the own organisation's lists; raises `NotFound`."""
    (found,) = await with_terms(work, [await own_list(work, list_id)])
    return found


@requires()
async def price_lists_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, ListAsKnown]:
    """Return own lists by id; none to those who may not read prices."""
    if not work.actor.may(Permission.PRICE_READ):
        return {}
    rows = await work.session.scalars(
        select(PriceList).where(PriceList.id.in_(set(ids)), own_lists(work))
    )
    return {found.row.id: found for found in await with_terms(work, rows.all())}


@requires()
async def price_entries_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, PriceEntry]:
    """Return entries of own lists by id; none to those who may not read prices."""
    if not work.actor.may(Permission.PRICE_READ):
        return {}
    rows = await work.session.scalars(
        select(PriceEntry)
        .join(PriceList, PriceList.id == PriceEntry.price_list_id)
        .where(PriceEntry.id.in_(set(ids)), own_lists(work))
    )
    return {row.id: row for row in rows}


@requires(Permission.PRICE_READ)
async def price_entries_of(
    work: Work, list_ids: Collection[UUID], page: PageRequest, at: datetime | None
) -> dict[UUID, Page[PriceEntry]]:
    """Return a page of each own list's entries, oldest first: all versions, or those at `at`."""
    statement = (
        select(PriceEntry)
        .join(PriceList, PriceList.id == PriceEntry.price_list_id)
        .where(
            PriceEntry.price_list_id.in_(set(list_ids)),
            PriceEntry.known_until.is_(None),
            own_lists(work),
        )
    )
    if at is not None:
        ended = PriceEntry.valid_until.is_not(None) & (PriceEntry.valid_until <= at)
        statement = statement.where(PriceEntry.valid_from <= at, ~ended)
    rows = await work.session.scalars(
        keyset_of_each(statement, page, PriceEntry.price_list_id, PriceEntry.id)
    )
    found: dict[UUID, list[PriceEntry]] = {list_id: [] for list_id in list_ids}
    for row in rows:
        found[row.price_list_id].append(row)
    return {key: page_of(own, page, lambda row: (str(row.id),)) for key, own in found.items()}


@requires(Permission.PRICE_READ)
async def price_list_terms_of(
    work: Work, list_ids: Collection[UUID], known_at: datetime | None
) -> dict[UUID, list[PriceListTerms]]:
    """Return each own list's terms, the earliest interval first, then the earlier known.

    Without `known_at` all that was ever written down, or else as it was known at that instant.
    """
    statement = (
        select(PriceListTerms)
        .join(PriceList, PriceList.id == PriceListTerms.price_list_id)
        .where(PriceListTerms.price_list_id.in_(set(list_ids)), own_lists(work))
        .order_by(PriceListTerms.valid_from, PriceListTerms.known_from, PriceListTerms.id)
    )
    if known_at is not None:
        closed = PriceListTerms.known_until.is_not(None) & (PriceListTerms.known_until <= known_at)
        statement = statement.where(PriceListTerms.known_from <= known_at, ~closed)
    found: dict[UUID, list[PriceListTerms]] = {list_id: [] for list_id in list_ids}
    for row in await work.session.scalars(statement):
        found[row.price_list_id].append(row)
    return found


@requires(Permission.PRICE_READ)
async def derived_lists_of(work: Work, list_ids: Collection[UUID]) -> dict[UUID, list[ListAsKnown]]:
    """Return the own lists that derive from each list now, by name; two statements."""
    rows = await work.session.execute(
        select(PriceListTerms.parent_id, PriceList)
        .join(PriceList, PriceList.id == PriceListTerms.price_list_id)
        .where(
            PriceListTerms.parent_id.in_(set(list_ids)),
            PriceListTerms.known_until.is_(None),
            PriceListTerms.valid_from <= work.now,
            or_(PriceListTerms.valid_until.is_(None), PriceListTerms.valid_until > work.now),
            own_lists(work),
        )
        .order_by(PriceList.name, PriceList.id)
    )
    pairs = [(parent_id, row) for parent_id, row in rows]
    known = await with_terms(work, [row for _, row in pairs])
    found: dict[UUID, list[ListAsKnown]] = {list_id: [] for list_id in list_ids}
    for (parent_id, _), each in zip(pairs, known, strict=True):
        if parent_id is not None:
            found[parent_id].append(each)
    return found
