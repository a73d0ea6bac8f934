"""Row locks of price lists: whoever changes prices of a list waits for the one before."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.work import Work
from app.kernel.errors import NotFound
from app.organisations.models import Organisation
from app.pricing.models import PriceList


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
