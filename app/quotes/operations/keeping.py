"""How long goods must still keep when a buyer gets them: days, or a share of their shelf life."""

from collections.abc import Collection
from uuid import UUID

from app.catalog.operations import known_facts
from app.db.work import Work
from app.organisations.models import TradingRelationship

_HUNDRED = 100


def kept_days(terms: TradingRelationship, shelf_life: int | None) -> int:
    """Return the days of goods with a shelf life: the terms' days or share, whichever is more."""
    share = terms.minimum_shelf_life_percent
    if share is None or shelf_life is None:
        return terms.minimum_shelf_life_days
    return max(terms.minimum_shelf_life_days, -(-shelf_life * share // _HUNDRED))


async def lives_for(
    work: Work, terms: Collection[TradingRelationship], sku_ids: Collection[UUID]
) -> dict[UUID, int]:
    """Return the shelf lives that `kept_days` needs; no statement where no share is asked."""
    if all(each.minimum_shelf_life_percent is None for each in terms):
        return {}
    known = await known_facts(work, sku_ids)
    return {key: sku.shelf_life_days for key, sku in known.items() if sku.shelf_life_days}
