"""Row locks of shipments; the order is always locked first."""

from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.fulfilment.models import Shipment


async def shipment(work: Work, shipment_id: UUID) -> Shipment | None:
    """Lock one shipment."""
    statement = select(Shipment).where(Shipment.id == shipment_id).with_for_update()
    return await work.session.scalar(statement.execution_options(populate_existing=True))
