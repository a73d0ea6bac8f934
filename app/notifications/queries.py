"""What a person may read of what they were told: their own notifications only."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, func, select, tuple_

from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, page_of
from app.notifications.habits import EmailTiming
from app.notifications.languages import Language
from app.notifications.models import (
    Notification,
    NotificationChoice,
    NotificationSetting,
    NotificationTemplate,
)
from app.notifications.operations import NOTIFICATION_CREATED, own_membership
from app.notifications.rules import NotificationKind, Template, Words, template_of
from app.notifications.settings import Choice, Settings, quiet_hours
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires()
async def my_notifications(
    work: Work, request: PageRequest, *, unread_only: bool = False
) -> Page[Notification]:
    """Return the caller's notifications, newest first."""
    statement = (
        select(Notification)
        .where(*_shown(work))
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(request.size + 1)
    )
    if unread_only:
        statement = statement.where(Notification.read_at.is_(None))
    if request.after is not None:
        place = tuple_(Notification.created_at, Notification.id)
        statement = statement.where(place < _key(request.after))
    rows = (await work.session.scalars(statement)).all()
    return page_of(rows, request, lambda row: (row.created_at.isoformat(), str(row.id)))


@requires()
async def unread_count(work: Work) -> int:
    """Return how many of the caller's notifications are unread."""
    statement = select(func.count(Notification.id)).where(
        *_shown(work), Notification.read_at.is_(None)
    )
    return (await work.session.execute(statement)).scalar_one()


@requires()
async def notifications_by_id(work: Work, ids: Sequence[UUID]) -> list[Notification | None]:
    """Return the caller's notifications in the order of `ids`; none for unknown and foreign ids."""
    statement = select(Notification).where(*_shown(work), Notification.id.in_(ids))
    found = {row.id: row for row in await work.session.scalars(statement)}
    return [found.get(id) for id in ids]


@requires()
async def my_settings(work: Work) -> Settings:
    """Return how the caller wants to be told: what they chose, each kind that they named."""
    membership_id = own_membership(work)
    chosen = select(NotificationChoice).where(NotificationChoice.membership_id == membership_id)
    by_kind = {row.kind: row for row in await work.session.scalars(chosen)}
    row = await work.session.get(NotificationSetting, (work.tenant_id, membership_id))
    choices = [
        Choice(kind, by_kind[kind].is_shown, EmailTiming(by_kind[kind].email))
        for kind in NotificationKind
        if kind in by_kind
    ]
    if row is None:
        return Settings(choices=choices)
    quiet = quiet_hours(row.quiet_begin, row.quiet_end)
    language = Language(row.language) if row.language else None
    return Settings(row.time_zone, quiet, row.digest_at, choices, language)


@requires(Permission.ORGANISATION_WRITE)
async def templates(work: Work, language: Language) -> list[Template]:
    """Return what the own organisation says of each kind in a language; one statement."""
    statement = select(NotificationTemplate).where(
        NotificationTemplate.organisation_id == work.actor.own_organisation,
        NotificationTemplate.language == language,
    )
    rows = {row.kind: row for row in await work.session.scalars(statement)}
    own = {kind: Words(row.title, row.text) for kind, row in rows.items()}
    return [template_of(kind, language, own.get(kind)) for kind in NotificationKind]


@requires()
async def notification_told_by(work: Work, event_id: UUID) -> Notification | None:
    """Return the caller's notification whose making is the given event, if it is that."""
    made = select(OutboxEvent.data["notification_id"].astext.cast(Uuid())).where(
        OutboxEvent.id == event_id, OutboxEvent.kind == NOTIFICATION_CREATED
    )
    statement = select(Notification).where(*_shown(work), Notification.id == made.scalar_subquery())
    return (await work.session.scalars(statement)).one_or_none()


def _shown(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Hold a statement to what the caller has in the app; some are told by e-mail alone."""
    return Notification.membership_id == own_membership(work), Notification.is_shown.is_(True)


def _key(after: tuple[str, ...]) -> tuple[datetime, UUID]:
    try:
        created_at, notification_id = after
        return datetime.fromisoformat(created_at), UUID(notification_id)
    except ValueError:
        raise Invalid("after", "must be a cursor that this connection gave out") from None
