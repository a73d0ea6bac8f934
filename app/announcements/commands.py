"""Writing announcements, taking them back, telling them when their time comes, reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.announcements import locks
from app.announcements.errors import AudienceBeyondCustomers, NobodyAddressed
from app.announcements.models import (
    Announcement,
    AnnouncementAudience,
    AnnouncementItem,
    AnnouncementReading,
    AnnouncementText,
)
from app.announcements.operations import publish, read_by, sent_by
from app.audit.operations import record
from app.catalog.models import Product
from app.catalog.operations import readable_products
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.paging import MAX_PAGE_SIZE
from app.notifications.languages import Language
from app.notifications.operations import own_membership
from app.organisations.models import (
    CustomerGroup,
    CustomerLevel,
    Territory,
    TradingRelationship,
)
from app.organisations.operations import own_customers
from app.promotions.models import TradeScheme
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_NAMED = 200
LONGEST_TITLE, LONGEST_TEXT = 200, 10_000
Owned = CustomerLevel | CustomerGroup | Territory | TradingRelationship | TradeScheme


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in one language."""

    language: Language
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnnouncement:
    """What to tell whom, and for how long; an instant left out is now, or never."""

    words: Sequence[Words]
    is_for_all: bool = False
    level_ids: Sequence[UUID] = field(default_factory=tuple)
    group_ids: Sequence[UUID] = field(default_factory=tuple)
    territory_ids: Sequence[UUID] = field(default_factory=tuple)
    relationship_ids: Sequence[UUID] = field(default_factory=tuple)
    product_ids: Sequence[UUID] = field(default_factory=tuple)
    scheme_ids: Sequence[UUID] = field(default_factory=tuple)
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@requires(Permission.ANNOUNCEMENT_WRITE)
async def create_announcement(work: Work, new: NewAnnouncement, key: str) -> UUID:
    """Announce something to the own customers, all or chosen ones; returns its id.

    At most 14 statements, however many are named. Raises `NobodyAddressed`,
    `AudienceBeyondCustomers`, and `NotFound` for what is not one's own.
    """
    _check(work, new)

    async def command(announcement_id: UUID) -> None:
        await _check_known(work, new)
        row = Announcement(
            id=announcement_id,
            seller_id=work.actor.own_organisation,
            written_by_membership_id=own_membership(work),
            written_by_name=work.actor.name,
            is_for_all=new.is_for_all,
            starts_at=new.starts_at or work.now,
            ends_at=new.ends_at,
            created_at=work.now,
        )
        await work.save(row)
        await work.insert(AnnouncementText, _texts(announcement_id, new))
        await work.insert(AnnouncementAudience, _named(announcement_id, _audience(new)))
        await work.insert(AnnouncementItem, _named(announcement_id, _items(new)))
        record(work, "CREATE_ANNOUNCEMENT", "announcement", announcement_id)
        await publish(work, row)

    return await once(work, key, "createAnnouncement", asdict(new), new_id(), command)


@requires(Permission.ANNOUNCEMENT_WRITE)
async def withdraw_announcement(work: Work, announcement_id: UUID) -> UUID:
    """Take an announcement back: nobody reads it any more, and nobody else is told."""
    row = await locks.announcement(work, announcement_id, sent_by(work))
    if row is None:
        raise NotFound("Announcement").at("announcementId")
    if row.withdrawn_at is None:
        row.withdrawn_at = work.now
        record(work, "WITHDRAW_ANNOUNCEMENT", "announcement", announcement_id)
    return announcement_id


@requires(Permission.ANNOUNCEMENT_WRITE)
async def begin_announcement(work: Work, announcement_id: UUID) -> UUID:
    """Begin to tell an announcement whose time has come; once, however often it is asked for."""
    row = await locks.announcement(work, announcement_id, sent_by(work))
    if row is not None:
        await publish(work, row)
    return announcement_id


@requires()
async def mark_announcements_read(work: Work, ids: Sequence[UUID]) -> list[UUID]:
    """Note that one has read announcements; the first instant stays.

    Raises `NotFound` when one of them is unknown or not for the own organisation, and notes none.
    """
    wanted = list(dict.fromkeys(ids))
    if not 1 <= len(wanted) <= MAX_PAGE_SIZE:
        raise Invalid("announcementIds", f"must name 1 to {MAX_PAGE_SIZE} announcements")
    me = own_membership(work)
    statement = select(Announcement.id).where(Announcement.id.in_(wanted), read_by(work))
    if len(set(await work.session.scalars(statement))) != len(wanted):
        raise NotFound("Announcement").at("announcementIds")
    rows = [
        {
            "tenant_id": work.tenant_id,
            "announcement_id": each,
            "membership_id": me,
            "organisation_id": work.actor.own_organisation,
            "reader_name": work.actor.name,
            "read_at": work.now,
        }
        for each in wanted
    ]
    await work.session.execute(insert(AnnouncementReading).values(rows).on_conflict_do_nothing())
    return wanted


def _check(work: Work, new: NewAnnouncement) -> None:
    _check_words(new.words)
    chosen = [key for keys in _audience(new).values() for key in keys]
    if new.is_for_all is bool(chosen):
        raise NobodyAddressed
    if max(len(chosen), len(new.product_ids) + len(new.scheme_ids)) > MOST_NAMED:
        raise Invalid("audience", f"at most {MOST_NAMED} of each are named; use levels or groups")
    starts_at = new.starts_at or work.now
    if new.ends_at is not None and new.ends_at <= max(starts_at, work.now):
        raise Invalid("endsAt", "must be after the begin, and in the future")
    if _is_narrow(work) and (new.is_for_all or len(new.relationship_ids) != len(chosen)):
        raise AudienceBeyondCustomers


def _check_words(words: Sequence[Words]) -> None:
    if not words or len({each.language for each in words}) != len(words):
        raise Invalid("words", "must be in one language at least, and once in each")
    for place, each in enumerate(words):
        if not 1 <= len(each.title.strip()) <= LONGEST_TITLE:
            raise Invalid(f"words.{place}.title", f"must have 1 to {LONGEST_TITLE} characters")
        if not 1 <= len(each.text.strip()) <= LONGEST_TEXT:
            raise Invalid(f"words.{place}.text", f"must have 1 to {LONGEST_TEXT} characters")


async def _check_known(work: Work, new: NewAnnouncement) -> None:
    """Raise `NotFound` for classes, customers and schemes of others, and for hidden products."""
    tables: Mapping[str, tuple[type[Owned], Sequence[UUID]]] = {
        "audience.levelIds": (CustomerLevel, new.level_ids),
        "audience.groupIds": (CustomerGroup, new.group_ids),
        "audience.territoryIds": (Territory, new.territory_ids),
        "audience.relationshipIds": (TradingRelationship, new.relationship_ids),
        "schemeIds": (TradeScheme, new.scheme_ids),
    }
    for path, (table, keys) in tables.items():
        if not keys:
            continue
        statement = select(func.count()).where(
            table.tenant_id == work.tenant_id,
            table.seller_id == work.actor.own_organisation,
            table.id.in_(set(keys)),
        )
        if table is TradingRelationship and _is_narrow(work):
            statement = statement.where(TradingRelationship.id.in_(own_customers(work)))
        if await work.session.scalar(statement) != len(set(keys)):
            raise NotFound(table.__name__).at(path)
    if new.product_ids:
        statement = select(func.count(Product.id)).where(
            Product.id.in_(set(new.product_ids)), readable_products(work)
        )
        if await work.session.scalar(statement) != len(set(new.product_ids)):
            raise NotFound("Product").at("productIds")


def _is_narrow(work: Work) -> bool:
    return work.actor.scope_of(Permission.ANNOUNCEMENT_WRITE) is Scope.ASSIGNED


def _texts(announcement_id: UUID, new: NewAnnouncement) -> list[dict[str, object]]:
    return [
        {
            "announcement_id": announcement_id,
            "language": each.language.value,
            "title": each.title.strip(),
            "text": each.text.strip(),
        }
        for each in new.words
    ]


def _audience(new: NewAnnouncement) -> Mapping[str, Sequence[UUID]]:
    return {
        "level_id": new.level_ids,
        "group_id": new.group_ids,
        "territory_id": new.territory_ids,
        "relationship_id": new.relationship_ids,
    }


def _items(new: NewAnnouncement) -> Mapping[str, Sequence[UUID]]:
    return {"product_id": new.product_ids, "scheme_id": new.scheme_ids}


def _named(
    announcement_id: UUID, by_column: Mapping[str, Sequence[UUID]]
) -> list[dict[str, object]]:
    nothing = cast("dict[str, object]", dict.fromkeys(by_column))
    return [
        {"id": new_id(), "announcement_id": announcement_id, **nothing, column: key}
        for column, keys in by_column.items()
        for key in dict.fromkeys(keys)
    ]
