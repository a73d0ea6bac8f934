"""Who was invited, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.people.models import Invitation, InvitationRole
from app.people.operations import in_reach, organisation_in_reach
from app.people.rules import InvitationState, shown_state
from app.rbac.guard import requires
from app.rbac.models import Role
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class ShownInvitation:
    """An invitation, and how it stands at the instant of asking."""

    row: Invitation
    state: InvitationState


@requires(Permission.MEMBER_READ)
async def invitations(
    work: Work, organisation_id: UUID, page: PageRequest, state: InvitationState | None = None
) -> Page[ShownInvitation]:
    """Return an organisation's invitations, the newest first; raises `NotFound`."""
    await organisation_in_reach(work, Permission.MEMBER_READ, organisation_id)
    statement = select(Invitation).where(Invitation.organisation_id == organisation_id)
    if state is not None:
        statement = statement.where(_stands(work, state))
    rows = (await work.session.scalars(newest_first(statement, page, Invitation.id))).all()
    return page_of([_shown(work, row) for row in rows], page, lambda shown: (str(shown.row.id),))


@requires(Permission.MEMBER_READ)
async def invitations_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, ShownInvitation]:
    """Return invitations of organisations in reach by id."""
    rows = await work.session.scalars(
        select(Invitation).where(
            Invitation.id.in_(set(ids)),
            in_reach(work, Permission.MEMBER_READ, Invitation.organisation_id),
        )
    )
    return {row.id: _shown(work, row) for row in rows}


@requires(Permission.MEMBER_READ)
async def roles_of_invitations(work: Work, ids: Sequence[UUID]) -> dict[UUID, list[Role]]:
    """Return the roles that invitations in reach give, each by name; one statement."""
    rows = await work.session.execute(
        select(InvitationRole.invitation_id, Role)
        .join(Role, Role.id == InvitationRole.role_id)
        .join(Invitation, Invitation.id == InvitationRole.invitation_id)
        .where(
            InvitationRole.invitation_id.in_(set(ids)),
            in_reach(work, Permission.MEMBER_READ, Invitation.organisation_id),
        )
        .order_by(Role.name, Role.id)
    )
    found: dict[UUID, list[Role]] = {}
    for invitation_id, role in rows:
        found.setdefault(invitation_id, []).append(role)
    return found


def _stands(work: Work, state: InvitationState) -> ColumnElement[bool]:
    waits = Invitation.state == InvitationState.WAITING
    if state is InvitationState.WAITING:
        return and_(waits, Invitation.expires_at > work.now)
    if state is InvitationState.EXPIRED:
        return and_(waits, Invitation.expires_at <= work.now)
    return Invitation.state == state


def _shown(work: Work, row: Invitation) -> ShownInvitation:
    return ShownInvitation(row, shown_state(row.state, row.expires_at, work.now))
