"""What becomes of an organisation's people and of those on their way in when it closes."""

from uuid import UUID

from sqlalchemy import update

from app.db.work import Work
from app.people.models import Invitation, RegistrationLink
from app.people.rules import InvitationState
from app.rbac.models import Membership


async def shut_out(work: Work, organisation_id: UUID) -> None:
    """End all memberships, take back invitations, close links; three statements.

    Whoever calls this has raised the version of the policy.
    """
    await work.session.execute(
        update(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .values(ended_at=work.now)
    )
    await work.session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.state == InvitationState.WAITING,
        )
        .values(state=InvitationState.WITHDRAWN, decided_at=work.now)
    )
    await work.session.execute(
        update(RegistrationLink)
        .where(RegistrationLink.seller_id == organisation_id, RegistrationLink.closed_at.is_(None))
        .values(closed_at=work.now)
    )
