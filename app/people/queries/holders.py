"""Who holds a role."""

from uuid import UUID

from sqlalchemy import or_, select

from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.people.operations import in_reach, role_in_reach
from app.rbac.guard import requires
from app.rbac.models import Membership, MembershipRole
from app.rbac.permissions import Permission


@requires(Permission.MEMBER_READ)
async def role_holders(work: Work, role_id: UUID, request: PageRequest) -> Page[Membership]:
    """Return the open memberships in reach that hold a role or will, by name (R3-32).

    Raises `NotFound`.
    """
    await role_in_reach(work, Permission.MEMBER_READ, role_id)
    held = select(MembershipRole.membership_id).where(
        MembershipRole.tenant_id == work.tenant_id,
        MembershipRole.role_id == role_id,
        or_(MembershipRole.valid_until.is_(None), MembershipRole.valid_until > work.now),
    )
    statement = select(Membership).where(
        Membership.id.in_(held),
        Membership.ended_at.is_(None),
        in_reach(work, Permission.MEMBER_READ, Membership.organisation_id),
    )
    ordered = keyset(statement, request, Membership.name, Membership.id)
    rows = (await work.session.scalars(ordered)).all()
    return page_of(rows, request, lambda member: (member.name, str(member.id)))
