"""How far somebody may go below a price by hand (R3-50)."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, and_, or_, select

from app.db.work import Work
from app.pricing.models import DiscountAuthority
from app.rbac.assignments import counts_at
from app.rbac.models import MembershipRole


async def authorities_of(
    work: Work, organisation_id: UUID, membership_ids: Collection[UUID]
) -> dict[UUID, Decimal]:
    """Return each person's limit in percent in an organisation, by membership.

    The own limit counts before those of the roles held, of which the highest counts. Whom nobody
    gave an authority is absent, and may discount nothing by hand. One statement, none for nobody.
    """
    if not membership_ids:
        return {}
    own: dict[UUID, Decimal] = {}
    of_roles: dict[UUID, Decimal] = {}
    for person, holder, limit in await _in_force(work, organisation_id, membership_ids):
        if person:
            own[person] = limit
        else:
            of_roles[holder] = max(limit, of_roles.get(holder, limit))
    return of_roles | own


async def own_authority(work: Work) -> Decimal | None:
    """Return the acting person's limit in percent in the own organisation; none without one."""
    person, organisation_id = work.actor.membership_id, work.actor.organisation_id
    if person is None or organisation_id is None:
        return None
    return (await authorities_of(work, organisation_id, [person])).get(person)


async def _in_force(
    work: Work, organisation_id: UUID, membership_ids: Collection[UUID]
) -> Sequence[Row[UUID | None, UUID, Decimal]]:
    authority, held = DiscountAuthority, MembershipRole
    is_held = and_(
        held.tenant_id == authority.tenant_id,
        held.role_id == authority.role_id,
        held.membership_id.in_(membership_ids),
        counts_at(held, work.now),
    )
    statement = (
        select(authority.membership_id, held.membership_id, authority.limit_percent)
        .outerjoin(held, is_held)
        .where(
            authority.organisation_id == organisation_id,
            authority.ended_at.is_(None),
            or_(authority.membership_id.in_(membership_ids), held.membership_id.is_not(None)),
        )
    )
    return (await work.session.execute(statement)).all()
