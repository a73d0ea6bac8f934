"""The e-mail of one notification, and that the mail server has it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.db.work import Work
from app.notifications.models import EmailStatus, Notification
from app.rbac.models import Membership


@dataclass(frozen=True, slots=True)
class UnsentEmail:
    """What an e-mail needs to be written; its identifier is the notification's."""

    id: UUID
    name: str
    address: str
    title: str
    text: str
    created_at: datetime


async def unsent_email(work: Work, notification_id: UUID) -> UnsentEmail | None:
    """Return the e-mail that is still to be sent for a notification, or none."""
    row = (await work.session.execute(_UNSENT, {"id": notification_id})).first()
    return UnsentEmail(*row) if row else None


async def mark_sent(work: Work, notification_id: UUID) -> None:
    """Note that the mail server has accepted a notification's e-mail."""
    statement = update(Notification).where(Notification.id == notification_id)
    await work.session.execute(statement.values(email_status=EmailStatus.SENT))


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
