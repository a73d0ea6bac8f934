"""Row locks of assortments."""

from uuid import UUID

from sqlalchemy import select

from app.assortments.models import Assortment
from app.db.work import Work
from app.kernel.errors import NotFound


async def own_assortment(work: Work, assortment_id: UUID) -> Assortment:
    """Lock an assortment of the own organisation's; raises `NotFound` for all others."""
    own = Assortment.seller_id == work.actor.own_organisation
    found = await work.session.scalar(
        select(Assortment).where(Assortment.id == assortment_id, own).with_for_update()
    )
    if found is None:
        raise NotFound("Assortment").at("assortmentId")
    return found
