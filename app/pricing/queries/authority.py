"""How far the own organisation's roles and people may discount by hand."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.pricing.models import DiscountAuthority
from app.pricing.operations.authority import own_authority
from app.rbac.guard import requires
from app.rbac.models import Membership, Role
from app.rbac.permissions import Permission


@requires(Permission.DISCOUNT_AUTHORITY_WRITE)
async def discount_authorities(work: Work, page: PageRequest) -> Page[DiscountAuthority]:
    """Return the own organisation's authorities, ended ones too, the newest first."""
    rows = await work.session.scalars(newest_first(_own(work), page, DiscountAuthority.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires()
async def discount_authorities_by_id(
    work: Work, ids: Collection[UUID]
) -> dict[UUID, DiscountAuthority]:
    """Return own authorities by id; none to those who may not set them."""
    if not ids or not work.actor.may(Permission.DISCOUNT_AUTHORITY_WRITE):
        return {}
    rows = await work.session.scalars(_own(work).where(DiscountAuthority.id.in_(set(ids))))
    return {row.id: row for row in rows}


@requires(Permission.DISCOUNT_GRANT)
async def own_discount_limit(work: Work) -> Decimal:
    """Return how many percent the acting person may take off by hand; 0 without an authority."""
    return await own_authority(work) or Decimal(0)


@requires()
async def holders_of(work: Work, authorities: Collection[DiscountAuthority]) -> dict[UUID, str]:
    """Return the names of the roles and people that hold authorities, by their own ids."""
    roles = {row.role_id for row in authorities if row.role_id}
    people = {row.membership_id for row in authorities if row.membership_id}
    rows = await work.session.execute(
        select(Role.id, Role.name)
        .where(Role.id.in_(roles), Role.tenant_id == work.tenant_id)
        .union_all(
            select(Membership.id, Membership.name).where(
                Membership.id.in_(people), Membership.tenant_id == work.tenant_id
            )
        )
    )
    return {row[0]: row[1] for row in rows}


def _own(work: Work) -> Select[DiscountAuthority]:
    return select(DiscountAuthority).where(
        DiscountAuthority.organisation_id == work.actor.own_organisation
    )
