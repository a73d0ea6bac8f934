"""What time does to e-mails that waited: those whose time has come are gathered into one."""

from uuid import UUID

from sqlalchemy import update

from app.db.outbox import DomainEvent
from app.db.work import Work
from app.notifications.models import EmailStatus, Notification, NotificationDigest
from app.notifications.operations import DIGEST_GATHERED, MEMBERSHIP
from app.rbac.guard import requires


@requires()
async def gather_digest(work: Work, membership_id: UUID) -> UUID:
    """Put a person's e-mails whose time has come into one, which is sent from its event."""
    digest = NotificationDigest(membership_id=membership_id, gathered_at=work.now)
    await work.save(digest)
    statement = (
        update(Notification)
        .where(
            Notification.membership_id == membership_id,
            Notification.email_status == EmailStatus.WAITING,
            Notification.digest_id.is_(None),
            Notification.email_due_at <= work.now,
        )
        .values(digest_id=digest.id)
        .execution_options(synchronize_session=False)
    )
    await work.session.execute(statement)
    data = {"digest_id": str(digest.id)}
    work.tell(DomainEvent(DIGEST_GATHERED, MEMBERSHIP, membership_id, data))
    return digest.id
