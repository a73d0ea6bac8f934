"""How a seller classes its customers: levels, groups and territories; nobody else sees them."""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import (
    CustomerGroup,
    CustomerGroupMember,
    CustomerLevel,
    Territory,
    TradingRelationship,
)
from app.organisations.operations import visible_relationships
from app.rbac.guard import requires
from app.rbac.permissions import Permission

Class = TypeVar("Class", CustomerGroup, CustomerLevel, Territory)


@requires(Permission.RELATIONSHIP_READ)
async def customer_levels(work: Work, page: PageRequest) -> Page[CustomerLevel]:
    """Return the own organisation's customer levels by name; nobody sees another seller's."""
    return await _by_name(work, CustomerLevel, page)


@requires(Permission.RELATIONSHIP_READ)
async def customer_groups(work: Work, page: PageRequest) -> Page[CustomerGroup]:
    """Return the own organisation's customer groups by name; nobody sees another seller's."""
    return await _by_name(work, CustomerGroup, page)


@requires(Permission.RELATIONSHIP_READ)
async def territories(work: Work, page: PageRequest) -> Page[Territory]:
    """Return the own organisation's territories by name; nobody sees another seller's."""
    return await _by_name(work, Territory, page)


@requires()
async def levels_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, CustomerLevel]:
    """Return the own organisation's customer levels by id, as its sellers' side may see them."""
    return await _by_id(work, CustomerLevel, ids)


@requires()
async def groups_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, CustomerGroup]:
    """Return the own organisation's customer groups by id, as its sellers' side may see them."""
    return await _by_id(work, CustomerGroup, ids)


@requires()
async def territories_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Territory]:
    """Return the own organisation's territories by id, as its sellers' side may see them."""
    return await _by_id(work, Territory, ids)


@requires()
async def groups_of(
    work: Work, relationship_ids: Collection[UUID]
) -> dict[UUID, list[CustomerGroup]]:
    """Return the groups of each visible customer of the own organisation, by name."""
    rows = await work.session.execute(
        select(CustomerGroupMember.relationship_id, CustomerGroup)
        .join(CustomerGroup, CustomerGroup.id == CustomerGroupMember.group_id)
        .join(TradingRelationship, TradingRelationship.id == CustomerGroupMember.relationship_id)
        .where(
            CustomerGroupMember.relationship_id.in_(set(relationship_ids)),
            CustomerGroup.seller_id == work.actor.own_organisation,
            visible_relationships(work),
        )
        .order_by(CustomerGroup.name, CustomerGroup.id)
    )
    found: dict[UUID, list[CustomerGroup]] = {}
    for relationship_id, group in rows:
        found.setdefault(relationship_id, []).append(group)
    return found


async def _by_name(work: Work, table: type[Class], page: PageRequest) -> Page[Class]:
    rows = await work.session.scalars(keyset(_own(work, table), page, table.name, table.id))
    return page_of(rows.all(), page, lambda row: (row.name, str(row.id)))


async def _by_id(work: Work, table: type[Class], ids: Collection[UUID]) -> dict[UUID, Class]:
    if not ids or not work.actor.may(Permission.RELATIONSHIP_READ):
        return {}
    rows = await work.session.scalars(_own(work, table).where(table.id.in_(set(ids))))
    return {row.id: row for row in rows}


def _own(work: Work, table: type[Class]) -> Select[Class]:
    return select(table).where(table.seller_id == work.actor.own_organisation)
