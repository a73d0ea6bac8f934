"""What a seller may read of its assortments."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.assortments.models import Assortment, AssortmentAudience, AssortmentGoods
from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission

READING = (Permission.RELATIONSHIP_READ, Permission.RELATIONSHIP_WRITE)


@requires(*READING)
async def assortments(work: Work, page: PageRequest) -> Page[Assortment]:
    """Return the own organisation's assortments as a seller, by name."""
    own = select(Assortment).where(Assortment.seller_id == work.actor.own_organisation)
    rows = await work.session.scalars(keyset(own, page, Assortment.name, Assortment.id))
    return page_of(rows.all(), page, lambda row: (row.name, str(row.id)))


@requires()
async def assortments_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Assortment]:
    """Return assortments of the own organisation's by id, for those who may see its terms."""
    if not any(work.actor.may(permission) for permission in READING):
        return {}
    rows = await work.session.scalars(
        select(Assortment).where(
            Assortment.id.in_(ids), Assortment.seller_id == work.actor.organisation_id
        )
    )
    return {row.id: row for row in rows}


@requires(*READING)
async def goods_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[AssortmentGoods]]:
    """Return what is in assortments that were read before; one statement."""
    rows = await work.session.scalars(
        select(AssortmentGoods)
        .where(AssortmentGoods.assortment_id.in_(ids))
        .order_by(AssortmentGoods.id)
    )
    found: dict[UUID, list[AssortmentGoods]] = {}
    for row in rows:
        found.setdefault(row.assortment_id, []).append(row)
    return found


@requires(*READING)
async def audiences_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[AssortmentAudience]]:
    """Return to whom assortments that were read before are given; one statement."""
    rows = await work.session.scalars(
        select(AssortmentAudience)
        .where(AssortmentAudience.assortment_id.in_(ids))
        .order_by(AssortmentAudience.id)
    )
    found: dict[UUID, list[AssortmentAudience]] = {}
    for row in rows:
        found.setdefault(row.assortment_id, []).append(row)
    return found
