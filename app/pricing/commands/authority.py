"""How far roles and people of the own organisation may discount by hand (R3-50)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, or_, select

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.organisations.rules import check_percent
from app.pricing import locks
from app.pricing.models import DiscountAuthority
from app.rbac.guard import requires
from app.rbac.models import Membership, MembershipRole, Role
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Holder:
    """Either a role, for all who hold it in the own organisation, or one person of it."""

    role_id: UUID | None = None
    membership_id: UUID | None = None


@requires(Permission.DISCOUNT_AUTHORITY_WRITE)
async def set_discount_authority(
    work: Work, holder: Holder, limit_percent: Decimal
) -> DiscountAuthority:
    """Set a limit from now on; the one before is history. Setting the same changes nothing.

    Raises `Invalid`, and `NotFound` for a role or a person that the own organisation cannot name.
    """
    check_percent("limitPercent", limit_percent)
    if (holder.role_id is None) == (holder.membership_id is None):
        raise Invalid("roleId", "give either a roleId or a membershipId")
    await _check_holder(work, holder)
    await locks.seller(work)
    before = await _standing(work, holder)
    if before is not None and before.limit_percent == limit_percent:
        return before
    if before is not None:
        before.ended_at = work.now
        await work.session.flush()
    made = DiscountAuthority(
        organisation_id=work.actor.own_organisation,
        role_id=holder.role_id,
        membership_id=holder.membership_id,
        limit_percent=limit_percent,
        created_at=work.now,
    )
    await work.save(made)
    record(
        work,
        "DISCOUNT_AUTHORITY_SET",
        "discount_authority",
        made.id,
        before=_shown(before) if before else None,
        after=_shown(made),
    )
    return made


@requires(Permission.DISCOUNT_AUTHORITY_WRITE)
async def end_discount_authority(work: Work, authority_id: UUID) -> DiscountAuthority:
    """Take an authority back from now on; doing so twice changes nothing. Raises `NotFound`."""
    await locks.seller(work)
    found = await work.session.scalar(
        select(DiscountAuthority).where(
            DiscountAuthority.id == authority_id,
            DiscountAuthority.organisation_id == work.actor.own_organisation,
        )
    )
    if found is None:
        raise NotFound("DiscountAuthority").at("discountAuthorityId")
    if found.ended_at is None:
        before = _shown(found)
        found.ended_at = work.now
        record(work, "DISCOUNT_AUTHORITY_ENDED", "discount_authority", authority_id, before=before)
    return found


async def _check_holder(work: Work, holder: Holder) -> None:
    own = work.actor.own_organisation
    if holder.membership_id is not None:
        person = exists().where(
            Membership.tenant_id == work.tenant_id,
            Membership.id == holder.membership_id,
            Membership.organisation_id == own,
            Membership.ended_at.is_(None),
        )
        if not await work.session.scalar(select(person)):
            raise NotFound("Membership").at("membershipId")
    held_here = exists().where(
        MembershipRole.tenant_id == work.tenant_id,
        MembershipRole.role_id == Role.id,
        Membership.tenant_id == work.tenant_id,
        Membership.id == MembershipRole.membership_id,
        Membership.organisation_id == own,
        Membership.ended_at.is_(None),
    )
    is_nameable = or_(Role.organisation_id.is_(None), Role.organisation_id == own, held_here)
    role = exists().where(Role.tenant_id == work.tenant_id, Role.id == holder.role_id, is_nameable)
    if holder.role_id is not None and not await work.session.scalar(select(role)):
        raise NotFound("Role").at("roleId")


async def _standing(work: Work, holder: Holder) -> DiscountAuthority | None:
    return await work.session.scalar(
        select(DiscountAuthority).where(
            DiscountAuthority.organisation_id == work.actor.own_organisation,
            DiscountAuthority.role_id.is_not_distinct_from(holder.role_id),
            DiscountAuthority.membership_id.is_not_distinct_from(holder.membership_id),
            DiscountAuthority.ended_at.is_(None),
        )
    )


def _shown(row: DiscountAuthority) -> dict[str, object]:
    return {
        "roleId": str(row.role_id) if row.role_id else None,
        "membershipId": str(row.membership_id) if row.membership_id else None,
        "limitPercent": str(row.limit_percent),
    }
