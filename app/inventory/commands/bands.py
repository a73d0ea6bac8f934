"""The words in which a seller tells buyers how much it has."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import delete

from app.audit.operations import record
from app.db.work import Work
from app.inventory import locks
from app.inventory.models import StockBand
from app.kernel.errors import Invalid
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_BANDS = 10
MOST_PIECES = Decimal(10**9)
LONGEST_NAME = 60


@requires(Permission.RELATIONSHIP_WRITE)
async def set_stock_bands(work: Work, bands: Sequence[tuple[Decimal, str]]) -> None:
    """Replace the own organisation's bands: from so many free pieces on, this word; none takes all.

    Raises `Invalid` for bands that begin alike, not with whole pieces, or without a word.
    """
    if len(bands) > MOST_BANDS:
        raise Invalid("bands", f"must be at most {MOST_BANDS}")
    if len({least for least, _ in bands}) < len(bands):
        raise Invalid("bands", "must not begin with the same number of pieces")
    for place, (least, name) in enumerate(bands):
        if not 0 <= least <= MOST_PIECES or least != least.to_integral_value():
            raise Invalid(f"bands.{place}.fromPieces", f"must be whole, at most {MOST_PIECES}")
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Invalid(f"bands.{place}.name", f"must have 1 to {LONGEST_NAME} characters")
    own = work.actor.own_organisation
    await locks.own_warehouses_for_rules(work)
    await work.session.execute(delete(StockBand).where(StockBand.organisation_id == own))
    rows = [
        {"organisation_id": own, "from_pieces": least, "name": name}
        for least, name in sorted(bands)
    ]
    if rows:
        await work.insert(StockBand, rows)
    after = {"bands": [f"{least:f} {name}" for least, name in sorted(bands)]}
    record(work, "SET_STOCK_BANDS", "stock_bands", own, after=after)
