"""A seller's own words for so many pieces, for buyers to whom it tells no numbers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.inventory.models import StockBand


async def bands_of(
    work: Work, organisation_ids: Collection[UUID]
) -> dict[UUID, Sequence[tuple[Decimal, str]]]:
    """Return the bands of organisations, by where they begin in pieces; one statement."""
    statement = (
        select(StockBand)
        .where(StockBand.organisation_id.in_(organisation_ids))
        .order_by(StockBand.organisation_id, StockBand.from_pieces)
    )
    found: dict[UUID, list[tuple[Decimal, str]]] = defaultdict(list)
    for row in await work.session.scalars(statement):
        found[row.organisation_id].append((row.from_pieces, row.name))
    return {key: tuple(bands) for key, bands in found.items()}
