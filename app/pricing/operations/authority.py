"""How far somebody may go below a price by hand (R3-50, issue 3 point 7)."""

from decimal import Decimal

from sqlalchemy import or_, select

from app.db.work import Work
from app.pricing.models import DiscountAuthority
from app.rbac.models import MembershipRole


async def authority_percent(work: Work) -> Decimal | None:
    """Return the acting person's limit in percent: the own one, else the highest of the roles.

    None says that nobody gave an authority, which allows no discount by hand. One statement.
    """
    if work.actor.membership_id is None or work.actor.organisation_id is None:
        return None
    roles = select(MembershipRole.role_id).where(
        MembershipRole.tenant_id == work.tenant_id,
        MembershipRole.membership_id == work.actor.membership_id,
    )
    return await work.session.scalar(
        select(DiscountAuthority.limit_percent)
        .where(
            DiscountAuthority.organisation_id == work.actor.organisation_id,
            DiscountAuthority.ended_at.is_(None),
            or_(
                DiscountAuthority.membership_id == work.actor.membership_id,
                DiscountAuthority.role_id.in_(roles),
            ),
        )
        .order_by(DiscountAuthority.membership_id.is_(None), DiscountAuthority.limit_percent.desc())
        .limit(1)
    )
