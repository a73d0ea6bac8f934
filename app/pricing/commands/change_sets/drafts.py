"""Make a change set, and open one for changes: then it is a draft, its approval starts over."""

from app.db.idempotency import once
from app.db.work import Work
from app.kernel.ids import new_id
from app.pricing.operations.beginning import NewChangeSet, begin_change_set
from app.pricing.operations.change_sets import SeenChangeSet, own_change_set, seen
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRICE_WRITE)
async def create_price_change_set(
    work: Work, new: NewChangeSet, idempotency_key: str
) -> SeenChangeSet:
    """Begin a price change of the own organisation; the same key makes it once (F9).

    Raises `PriceFromPast`, `PriceListPeriodWrong` or `Invalid`.
    """
    made = await once(
        work,
        idempotency_key,
        "createPriceChangeSet",
        new,
        new_id(),
        lambda key: begin_change_set(work, key, new),
    )
    (found,) = await seen(work, [await own_change_set(work, made)])
    return found
