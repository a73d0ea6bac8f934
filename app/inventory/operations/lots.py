"""Lots as others may know them: code and dates travel down the chain with the goods."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.inventory.models import StockLot


async def lots_by_id(work: Work, lot_ids: Collection[UUID]) -> dict[UUID, StockLot]:
    """Return the lots that exist, by id; one statement."""
    rows = await work.session.scalars(select(StockLot).where(StockLot.id.in_(lot_ids)))
    return {lot.id: lot for lot in rows}
