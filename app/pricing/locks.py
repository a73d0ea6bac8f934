"""Row locks of price lists: whoever changes prices of a list waits for the one before."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.work import Work
from app.kernel.errors import NotFound
from app.organisations.models import Organisation
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceList


async def price_list(work: Work, list_id: UUID, scope: ColumnElement[bool]) -> PriceList:
    """Lock a list within the scope until the transaction ends; raises `NotFound`."""
    statement = select(PriceList).where(PriceList.id == list_id, scope).with_for_update()
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("PriceList")
    return found


async def seller(work: Work) -> None:
    """Let one person at a time change what may not overlap among the actor's organisation's."""
    own = select(Organisation.id).where(Organisation.id == work.actor.own_organisation)
    await work.session.execute(own.with_for_update(key_share=True))


async def price_lists_of_set(work: Work, set_id: UUID) -> dict[UUID, PriceList]:
    """Lock every list that a change set names, in the order of their ids; readers go on."""
    named = select(PriceChangeRow.price_list_id).where(
        PriceChangeRow.tenant_id == work.tenant_id, PriceChangeRow.change_set_id == set_id
    )
    rows = await work.session.scalars(
        select(PriceList).where(PriceList.id.in_(named)).order_by(PriceList.id).with_for_update()
    )
    return {row.id: row for row in rows}


async def change_set(work: Work, set_id: UUID, scope: ColumnElement[bool]) -> PriceChangeSet:
    """Lock a change set within the scope until the transaction ends; raises `NotFound`."""
    statement = select(PriceChangeSet).where(PriceChangeSet.id == set_id, scope).with_for_update()
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("PriceChangeSet")
    return found
