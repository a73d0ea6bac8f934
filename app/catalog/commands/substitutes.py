"""Say what to offer when a SKU is short, in order."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from app.audit.operations import record
from app.catalog import locks
from app.catalog.models import SkuSubstitute
from app.catalog.operations import known_facts
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_SUBSTITUTES = 10


@requires(Permission.PRODUCT_WRITE)
async def set_substitutes(work: Work, sku_id: UUID, substitute_ids: Sequence[UUID]) -> UUID:
    """Set all substitutes of an own SKU, the best first; the same statements for any number.

    Raises `NotFound` for a SKU that is not the own organisation's, and for substitutes that it may
    not know of; `Invalid` for the SKU itself, twice the same, or too many.
    """
    if len(substitute_ids) > MOST_SUBSTITUTES:
        raise Invalid("substituteIds", f"must be at most {MOST_SUBSTITUTES}")
    if len({sku_id, *substitute_ids}) <= len(substitute_ids):
        raise Invalid("substituteIds", "must name other SKUs, each once")
    known = await known_facts(work, {sku_id, *substitute_ids})
    if sku_id not in known:
        raise NotFound("Sku").at("skuId")
    product = await locks.own_product(work, known[sku_id].product_id)
    if product is None:
        raise NotFound("Sku").at("skuId")
    for place, key in enumerate(substitute_ids):
        if key not in known:
            raise NotFound("Sku").at(f"substituteIds.{place}")
    before = await _present(work, sku_id)
    if before == list(substitute_ids):
        return sku_id
    await work.session.execute(delete(SkuSubstitute).where(SkuSubstitute.sku_id == sku_id))
    rows = [
        {"sku_id": sku_id, "substitute_id": key, "place": place}
        for place, key in enumerate(substitute_ids)
    ]
    await work.insert(SkuSubstitute, rows)
    record(
        work,
        "SET_SUBSTITUTES",
        "product",
        product.id,
        before={"substitutes": [str(key) for key in before]},
        after={"substitutes": [str(key) for key in substitute_ids]},
    )
    return sku_id


async def _present(work: Work, sku_id: UUID) -> list[UUID]:
    rows = await work.session.scalars(
        select(SkuSubstitute.substitute_id)
        .where(SkuSubstitute.sku_id == sku_id)
        .order_by(SkuSubstitute.place)
    )
    return list(rows)
