"""What customers read of their sellers, and what a seller sees of who has read it (R4-37)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Subquery, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.announcements.models import (
    Announcement,
    AnnouncementItem,
    AnnouncementReading,
    AnnouncementText,
)
from app.announcements.operations import addressed, read_by, sent_by, texts_of
from app.catalog.models import Product
from app.db.keyset import keyset, newest_first
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.notifications.languages import Language
from app.organisations.models import Organisation
from app.promotions.models import TradeScheme
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Counts:
    """For how many customers an announcement is now, and of how many somebody has read it."""

    addressed: int
    read: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A customer that an announcement is for, and who of it read it first; none if nobody has."""

    organisation_id: UUID
    name: str
    reader_name: str | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NamedItem:
    """What an announcement is about, by its name."""

    product_id: UUID | None
    scheme_id: UUID | None
    name: str


@requires()
async def announcements(work: Work, page: PageRequest) -> Page[Announcement]:
    """Return what the own organisation's sellers announce to it now, the newest first."""
    statement = select(Announcement).where(read_by(work))
    rows = await work.session.scalars(newest_first(statement, page, Announcement.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.ANNOUNCEMENT_WRITE)
async def sent_announcements(work: Work, page: PageRequest) -> Page[Announcement]:
    """Return what the own organisation announced, ended and withdrawn too, the newest first."""
    statement = select(Announcement).where(sent_by(work))
    rows = await work.session.scalars(newest_first(statement, page, Announcement.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires()
async def announcements_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Announcement]:
    """Return announcements that one may read or has sent, by id; one statement."""
    if work.actor.organisation_id is None:
        return {}
    seen = read_by(work)
    if work.actor.may(Permission.ANNOUNCEMENT_WRITE):
        seen = or_(seen, sent_by(work))
    statement = select(Announcement).where(Announcement.id.in_(set(ids)), seen)
    return {row.id: row for row in await work.session.scalars(statement)}


@requires()
async def words_of(work: Work, ids: Sequence[UUID]) -> dict[UUID, dict[Language, AnnouncementText]]:
    """Return the words of announcements that were found, by language; one statement."""
    return await texts_of(work, ids)


@requires()
async def readings_of(work: Work, ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when the viewer read announcements; one statement."""
    statement = select(AnnouncementReading.announcement_id, AnnouncementReading.read_at).where(
        AnnouncementReading.announcement_id.in_(set(ids)),
        AnnouncementReading.membership_id == work.actor.membership_id,
    )
    return {row[0]: row[1] for row in await work.session.execute(statement)}


@requires()
async def items_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[NamedItem]]:
    """Return what announcements that were found are about; one statement."""
    item = AnnouncementItem
    statement = (
        select(
            item.announcement_id,
            item.product_id,
            item.scheme_id,
            func.coalesce(Product.name, TradeScheme.name),
        )
        .outerjoin(
            Product, and_(Product.tenant_id == item.tenant_id, Product.id == item.product_id)
        )
        .outerjoin(
            TradeScheme,
            and_(TradeScheme.tenant_id == item.tenant_id, TradeScheme.id == item.scheme_id),
        )
        .where(item.announcement_id.in_(set(ids)))
        .order_by(item.id)
    )
    found: dict[UUID, list[NamedItem]] = {key: [] for key in ids}
    for row in await work.session.execute(statement):
        found[row[0]].append(NamedItem(row[1], row[2], row[3]))
    return found


@requires()
async def counts_of(work: Work, ids: Collection[UUID]) -> dict[UUID, Counts]:
    """Return receipts in numbers for the own organisation's announcements; one statement."""
    which = and_(
        Announcement.id.in_(set(ids)), Announcement.seller_id == work.actor.organisation_id
    )
    told = addressed(work, which)
    has_read = _readers(work)
    statement = (
        select(
            told.c.announcement_id,
            func.count(told.c.buyer_id.distinct()),
            func.count(has_read.c.organisation_id.distinct()),
        )
        .outerjoin(
            has_read,
            and_(
                has_read.c.announcement_id == told.c.announcement_id,
                has_read.c.organisation_id == told.c.buyer_id,
            ),
        )
        .group_by(told.c.announcement_id)
    )
    return {row[0]: Counts(row[1], row[2]) for row in await work.session.execute(statement)}


@requires(Permission.ANNOUNCEMENT_WRITE)
async def announcement_receipts(
    work: Work, announcement_id: UUID, page: PageRequest, *, unread_only: bool
) -> Page[Receipt]:
    """Return the customers that an announcement is for, by name, and who of each read it first.

    Two statements. Raises `NotFound` for another's announcement.
    """
    own = select(Announcement.id).where(Announcement.id == announcement_id, sent_by(work))
    if await work.session.scalar(own) is None:
        raise NotFound("Announcement").at("announcementId")
    told = addressed(work, Announcement.id == announcement_id)
    first = _readers(work)
    statement = (
        select(Organisation.id, Organisation.name, first.c.reader_name, first.c.read_at)
        .outerjoin(
            first,
            and_(
                first.c.announcement_id == announcement_id,
                first.c.organisation_id == Organisation.id,
            ),
        )
        .where(Organisation.id.in_(select(told.c.buyer_id)))
    )
    if unread_only:
        statement = statement.where(first.c.read_at.is_(None))
    ordered = keyset(statement, page, Organisation.name, Organisation.id)
    rows = [Receipt(*row) for row in await work.session.execute(ordered)]
    return page_of(rows, page, lambda row: (row.name, str(row.organisation_id)))


def _readers(work: Work) -> Subquery:
    """Select the first reader of each organisation and announcement."""
    reading = AnnouncementReading
    return (
        select(
            reading.announcement_id,
            reading.organisation_id,
            reading.reader_name,
            reading.read_at,
        )
        .where(reading.tenant_id == work.tenant_id)
        .ext(distinct_on(reading.announcement_id, reading.organisation_id))
        .order_by(reading.announcement_id, reading.organisation_id, reading.read_at)
        .subquery("reader")
    )
