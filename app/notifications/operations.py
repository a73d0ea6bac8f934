"""Tell people, and keep track of the e-mails that say the same; unguarded, for packages above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import bindparam, select, text, update

from app.db.outbox import DomainEvent, OutboxEvent
from app.db.work import Work
from app.kernel.errors import Unauthenticated
from app.kernel.ids import new_id
from app.notifications.models import EmailStatus, Notification
from app.notifications.rules import Announcement
from app.rbac.models import Membership

NOTIFICATION_CREATED = "notification_created"
MEMBERSHIP = "membership"
_RECIPIENTS = "recipients"


@dataclass(frozen=True, slots=True)
class UnsentEmail:
    """What an e-mail needs to be written; its identifier is the notification's."""

    id: UUID
    name: str
    address: str
    title: str
    text: str
    created_at: datetime


async def notify(
    work: Work, event: OutboxEvent, membership_ids: Sequence[UUID], announcement: Announcement
) -> list[UUID]:
    """Tell each person once for the event; returns the identifiers of what was told just now.

    People whose membership has ended are left out. Each notification is an event of its own, from
    which e-mail and live view follow; its subject is the membership. One statement for any number
    of people.
    """
    parameters = {
        "tenant_id": work.tenant_id,
        "ids": [new_id() for _ in membership_ids],
        "membership_ids": list(membership_ids),
        "event_id": event.id,
        "kind": announcement.kind,
        "title": announcement.title,
        "text": announcement.text,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "data": orjson.dumps({k: v for k, v in event.data.items() if k != _RECIPIENTS}).decode(),
        "email_status": EmailStatus.NOT_SENT,
        "now": work.now,
    }
    told = (await work.session.execute(_TELL, parameters)).all()
    for notification_id, membership_id in told:
        data = {"notification_id": str(notification_id)}
        work.tell(DomainEvent(NOTIFICATION_CREATED, MEMBERSHIP, membership_id, data))
    return [notification_id for notification_id, _ in told]


def own_membership(work: Work) -> UUID:
    """Return the membership that the caller acts in; raises `Unauthenticated` without one."""
    if work.actor.membership_id is None:
        raise Unauthenticated("choose an organisation to act in")
    return work.actor.membership_id


async def unsent_email(work: Work, notification_id: UUID) -> UnsentEmail | None:
    """Return the e-mail that is still to be sent for a notification, or none."""
    row = (await work.session.execute(_UNSENT, {"id": notification_id})).first()
    return UnsentEmail(*row) if row else None


async def mark_sent(work: Work, notification_id: UUID) -> None:
    """Note that the mail server has accepted a notification's e-mail."""
    statement = update(Notification).where(Notification.id == notification_id)
    await work.session.execute(statement.values(email_status=EmailStatus.SENT))


_TELL = text("""
    INSERT INTO notification (
        tenant_id, id, membership_id, event_id, kind, title, text, subject_kind, subject_id, data,
        email_status, created_at
    )
    SELECT membership.tenant_id, given.id, membership.id, :event_id, :kind, :title, :text,
        :subject_kind, :subject_id, CAST(:data AS jsonb), :email_status, :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:membership_ids AS uuid[])) AS given(id, membership_id)
    JOIN membership ON membership.tenant_id = :tenant_id
        AND membership.id = given.membership_id AND membership.ended_at IS NULL
        AND membership.key_prefix IS NULL
    ON CONFLICT (tenant_id, membership_id, event_id) DO NOTHING
    RETURNING id, membership_id
""")

_UNSENT = (
    select(
        Notification.id,
        Membership.name,
        Membership.email,
        Notification.title,
        Notification.text,
        Notification.created_at,
    )
    .join(Membership, Membership.id == Notification.membership_id)
    .where(
        Notification.id == bindparam("id"),
        Notification.email_status == EmailStatus.NOT_SENT,
        Membership.ended_at.is_(None),
    )
)
