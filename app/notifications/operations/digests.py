"""E-mails that waited for a time of day go out as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app.db.work import Work
from app.notifications.languages import USUAL, Language
from app.notifications.models import (
    EmailStatus,
    Notification,
    NotificationDigest,
    NotificationSetting,
)
from app.rbac.models import Membership

DIGEST_GATHERED = "notification_digest_gathered"


@dataclass(frozen=True, slots=True)
class Digest:
    """What one e-mail of several notifications needs; titles and texts, the oldest first."""

    id: UUID
    name: str
    address: str
    language: Language
    gathered_at: datetime
    told: Sequence[tuple[str, str]]


async def due_digests(work: Work) -> Sequence[UUID]:
    """Return the memberships with e-mails whose time has come, and that are in no digest yet."""
    statement = (
        select(Notification.membership_id)
        .join(Membership, Membership.id == Notification.membership_id)
        .where(
            Notification.email_status == EmailStatus.WAITING,
            Notification.digest_id.is_(None),
            Notification.email_due_at <= work.now,
            Membership.ended_at.is_(None),
        )
        .distinct()
    )
    return (await work.session.scalars(statement)).all()


async def unsent_digest(work: Work, digest_id: UUID) -> Digest | None:
    """Return a digest that is still to be sent, or none."""
    about = (
        select(
            Membership.name,
            Membership.email,
            NotificationSetting.language,
            NotificationDigest.gathered_at,
        )
        .join(Membership, Membership.id == NotificationDigest.membership_id)
        .outerjoin(NotificationSetting, NotificationSetting.membership_id == Membership.id)
        .where(
            NotificationDigest.id == digest_id,
            NotificationDigest.sent_at.is_(None),
            Membership.ended_at.is_(None),
        )
    )
    found = (await work.session.execute(about)).one_or_none()
    if found is None:
        return None
    inside = (
        select(Notification.title, Notification.text)
        .where(Notification.digest_id == digest_id)
        .order_by(Notification.created_at, Notification.id)
    )
    told = [(title, text) for title, text in await work.session.execute(inside)]
    name, address, chosen, gathered_at = found
    language = Language(chosen) if chosen else USUAL
    return Digest(digest_id, name, address, language, gathered_at, told)


async def mark_digest_sent(work: Work, digest_id: UUID) -> None:
    """Note that the mail server has accepted a digest, and with it each e-mail inside."""
    digest = update(NotificationDigest).where(NotificationDigest.id == digest_id)
    await work.session.execute(digest.values(sent_at=work.now))
    inside = update(Notification).where(Notification.digest_id == digest_id)
    await work.session.execute(inside.values(email_status=EmailStatus.SENT))
