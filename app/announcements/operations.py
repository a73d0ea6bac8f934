"""Whom announcements are for, and telling them: said here once for readers, senders and jobs."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    and_,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.announcements.models import (
    Announcement,
    AnnouncementAudience,
    AnnouncementText,
)
from app.db.checking import Invariant, SumsBook
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.actor import Scope
from app.notifications.languages import Language
from app.organisations.models import (
    CustomerGroupMember,
    CustomerLevel,
    Organisation,
    Territory,
    TradingRelationship,
)
from app.rbac.assignments import counts_at
from app.rbac.models import Membership, MembershipRole, RoleGrant
from app.rbac.permissions import Permission
from app.rbac.rules import Effect

SPREADING = "announcement_spreading"
BEGUN = "announcement_begun"
"""Told once, for software; it names nobody, as whom it is for is asked when it is shown."""
PUBLISHED = "announcement_published"
ANNOUNCEMENT = "announcement"
BATCH = 500
"""How many people one job tells; the next job tells the next."""
MOST_A_RUN = 100


def sent_by(work: Work) -> ColumnElement[bool]:
    """Hold announcements to those of the own organisation, with ASSIGNED to one's own.

    The clock reaches all.
    """
    if work.actor.is_system:
        return true()
    own = Announcement.seller_id == work.actor.own_organisation
    if work.actor.scope_of(Permission.ANNOUNCEMENT_WRITE) is Scope.ASSIGNED:
        return and_(own, Announcement.written_by_membership_id == work.actor.membership_id)
    return own


def read_by(work: Work) -> ColumnElement[bool]:
    """Hold announcements to those that the own organisation is told now by its sellers.

    Whoever became a customer meanwhile is told too, for as long as it runs.
    """
    own = work.actor.own_organisation
    mine = select(TradingRelationship.seller_id).where(
        TradingRelationship.tenant_id == work.tenant_id, TradingRelationship.buyer_id == own
    )
    runs = and_(
        Announcement.withdrawn_at.is_(None),
        Announcement.starts_at <= work.now,
        or_(Announcement.ends_at.is_(None), Announcement.ends_at > work.now),
    )
    told = addressed(work, Announcement.seller_id.in_(mine))
    is_told = select(told.c.announcement_id).where(told.c.buyer_id == own)
    return and_(runs, Announcement.id.in_(is_told))


def addressed(work: Work, which: ColumnElement[bool]) -> CTE:
    """Pair announcements with the customers that they are for now, by buyer.

    Levels and territories stand for those below them too.
    """
    levels = _below(work, which, CustomerLevel, AnnouncementAudience.level_id, "level")
    areas = _below(work, which, Territory, AnnouncementAudience.territory_id, "territory")
    terms = TradingRelationship
    chosen = exists().where(
        AnnouncementAudience.tenant_id == work.tenant_id,
        AnnouncementAudience.announcement_id == Announcement.id,
        or_(
            AnnouncementAudience.relationship_id == terms.id,
            AnnouncementAudience.group_id.in_(
                select(CustomerGroupMember.group_id).where(
                    CustomerGroupMember.tenant_id == work.tenant_id,
                    CustomerGroupMember.relationship_id == terms.id,
                )
            ),
        ),
    )
    is_open = and_(
        terms.valid_from <= work.now, or_(terms.valid_until.is_(None), terms.valid_until > work.now)
    )
    return (
        select(Announcement.id.label("announcement_id"), terms.buyer_id.label("buyer_id"))
        .join(
            terms,
            and_(
                terms.tenant_id == Announcement.tenant_id,
                terms.seller_id == Announcement.seller_id,
            ),
        )
        .where(
            Announcement.tenant_id == work.tenant_id,
            which,
            is_open,
            or_(
                Announcement.is_for_all,
                chosen,
                _holds(levels, terms.level_id),
                _holds(areas, terms.territory_id),
            ),
        )
        .cte("addressed")
    )


async def publish(work: Work, row: Announcement) -> None:
    """Begin to tell an announcement, unless it was begun, withdrawn, or is not to be told yet."""
    if row.spread_at is None and row.withdrawn_at is None and row.starts_at <= work.now:
        row.spread_at = work.now
        work.tell(DomainEvent(SPREADING, ANNOUNCEMENT, row.id, {"after": None}))
        work.tell(DomainEvent(BEGUN, ANNOUNCEMENT, row.id, {}))


async def spread(work: Work, announcement_id: UUID, after: UUID | None) -> None:
    """Tell the next people of an announcement, and let the next job tell those behind them.

    Three statements for any number of people. Nothing where it was withdrawn meanwhile.
    """
    statement = (
        select(Announcement, Organisation.name)
        .join(
            Organisation,
            and_(
                Organisation.tenant_id == Announcement.tenant_id,
                Organisation.id == Announcement.seller_id,
            ),
        )
        .where(Announcement.id == announcement_id, Announcement.withdrawn_at.is_(None))
    )
    found = (await work.session.execute(statement)).first()
    if found is None:
        return
    row, seller_name = found
    people = await _people(work, row.id, after)
    if not people:
        return
    words = await texts_of(work, [row.id])
    data = {
        "seller_id": str(row.seller_id),
        "seller_name": seller_name,
        "title": {language.value: each.title for language, each in words[row.id].items()},
        "text": {language.value: each.text for language, each in words[row.id].items()},
        "recipients": [str(each) for each in people],
    }
    work.tell(DomainEvent(PUBLISHED, ANNOUNCEMENT, row.id, data))
    if len(people) == BATCH:
        work.tell(DomainEvent(SPREADING, ANNOUNCEMENT, row.id, {"after": str(people[-1])}))


async def texts_of(work: Work, ids: Sequence[UUID]) -> dict[UUID, dict[Language, AnnouncementText]]:
    """Return the words of announcements by language; one statement."""
    statement = select(AnnouncementText).where(AnnouncementText.announcement_id.in_(ids))
    found: dict[UUID, dict[Language, AnnouncementText]] = {key: {} for key in ids}
    for row in await work.session.scalars(statement):
        found[row.announcement_id][Language(row.language)] = row
    return found


async def due_announcements(work: Work) -> Sequence[UUID]:
    """Return announcements whose time has come and that nobody was told of; bounded."""
    statement = (
        select(Announcement.id)
        .where(
            Announcement.spread_at.is_(None),
            Announcement.withdrawn_at.is_(None),
            Announcement.starts_at <= work.now,
        )
        .order_by(Announcement.starts_at, Announcement.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


async def _people(work: Work, announcement_id: UUID, after: UUID | None) -> Sequence[UUID]:
    """Return the next of those who browse goods for an addressed customer, by id."""
    told = addressed(work, Announcement.id == announcement_id)
    browse = (
        select(MembershipRole.membership_id)
        .join(
            RoleGrant,
            and_(
                RoleGrant.tenant_id == MembershipRole.tenant_id,
                RoleGrant.role_id == MembershipRole.role_id,
            ),
        )
        .where(
            MembershipRole.tenant_id == work.tenant_id,
            RoleGrant.permission == Permission.CATALOGUE_READ,
            RoleGrant.effect == Effect.ALLOW,
            counts_at(MembershipRole, work.now),
        )
    )
    statement = select(Membership.id).where(
        Membership.organisation_id.in_(select(told.c.buyer_id)),
        Membership.id.in_(browse),
        Membership.ended_at.is_(None),
        Membership.key_prefix.is_(None),
        true() if after is None else Membership.id > after,
    )
    return (await work.session.scalars(statement.order_by(Membership.id).limit(BATCH))).all()


def _below(
    work: Work,
    which: ColumnElement[bool],
    table: type[CustomerLevel | Territory],
    chosen: InstrumentedAttribute[UUID | None],
    name: str,
) -> CTE:
    """Select the classes that announcements name, and all below them."""
    begin = (
        select(AnnouncementAudience.announcement_id, chosen.label("class_id"))
        .join(
            Announcement,
            and_(
                Announcement.tenant_id == AnnouncementAudience.tenant_id,
                Announcement.id == AnnouncementAudience.announcement_id,
            ),
        )
        .where(AnnouncementAudience.tenant_id == work.tenant_id, chosen.is_not(None), which)
    )
    path = begin.cte(f"{name}_below", recursive=True)
    below = select(path.c.announcement_id, table.id).where(
        table.tenant_id == work.tenant_id, table.parent_id == path.c.class_id
    )
    return path.union(below)


def _holds(classes: CTE, own: InstrumentedAttribute[UUID | None]) -> ColumnElement[bool]:
    return exists(
        select(func.now()).where(
            classes.c.announcement_id == Announcement.id, classes.c.class_id == own
        )
    )


ANNOUNCEMENTS = SumsBook(
    "announcements",
    """
    written AS (
        SELECT id, seller_id, is_for_all FROM announcement WHERE tenant_id = :tenant
    ), worded AS (
        SELECT announcement_id, count(*) AS languages FROM announcement_text
        WHERE tenant_id = :tenant GROUP BY 1
    ), aimed AS (
        SELECT announcement_id, count(*) AS number FROM announcement_audience
        WHERE tenant_id = :tenant GROUP BY 1
    )""",
    (
        Invariant(
            "announcements-say-something",
            "an announcement has no words in any language",
            """SELECT 1, (coalesce(languages, 0) > 0)::int, written.id
            FROM written LEFT JOIN worded ON announcement_id = written.id""",
        ),
        Invariant(
            "announcements-are-for-somebody",
            "an announcement is for nobody, or for all and for some",
            """SELECT is_for_all, coalesce(number, 0) = 0, written.id
            FROM written LEFT JOIN aimed ON announcement_id = written.id""",
        ),
    ),
)
"""What was announced has words, and says whom it is for."""
