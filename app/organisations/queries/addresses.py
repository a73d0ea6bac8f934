"""Where the own organisation and its customers take goods in."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import DeliveryAddress
from app.organisations.operations import visible_addresses
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORGANISATION_READ)
async def delivery_addresses(
    work: Work, page: PageRequest, organisation_id: UUID | None = None
) -> Page[DeliveryAddress]:
    """Return addresses in use by label: the own organisation's, or a visible customer's."""
    wanted = organisation_id or work.actor.own_organisation
    statement = select(DeliveryAddress).where(
        DeliveryAddress.organisation_id == wanted,
        DeliveryAddress.given_up_at.is_(None),
        visible_addresses(work),
    )
    ordered = keyset(statement, page, DeliveryAddress.label, DeliveryAddress.id)
    rows = (await work.session.scalars(ordered)).all()
    return page_of(rows, page, lambda row: (row.label, str(row.id)))


@requires(Permission.ORGANISATION_READ)
async def addresses_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, DeliveryAddress]:
    """Return visible addresses by id, those given up too."""
    rows = await work.session.scalars(
        select(DeliveryAddress).where(DeliveryAddress.id.in_(set(ids)), visible_addresses(work))
    )
    return {row.id: row for row in rows}
