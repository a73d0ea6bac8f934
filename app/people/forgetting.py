"""What waited for people who never came, and is kept no longer."""

from datetime import timedelta

from sqlalchemy import delete, select

from app.db.work import Work
from app.people.models import Invitation, InvitationRole, Registration
from app.people.rules import InvitationState, RegistrationState

UNCONFIRMED_FOR = timedelta(days=30)
EXPIRED_FOR = timedelta(days=90)


async def forget_unanswered(work: Work) -> None:
    """Remove registrations unconfirmed for a month, and invitations expired for three.

    Until then an expired invitation can be sent again. Three statements.
    """
    await work.session.execute(
        delete(Registration)
        .where(
            Registration.state == RegistrationState.UNCONFIRMED,
            Registration.asked_at < work.now - UNCONFIRMED_FOR,
        )
        .execution_options(synchronize_session=False)
    )
    old = (
        Invitation.state == InvitationState.WAITING,
        Invitation.expires_at < work.now - EXPIRED_FOR,
    )
    await work.session.execute(
        delete(InvitationRole)
        .where(InvitationRole.invitation_id.in_(select(Invitation.id).where(*old)))
        .execution_options(synchronize_session=False)
    )
    await work.session.execute(
        delete(Invitation).where(*old).execution_options(synchronize_session=False)
    )
