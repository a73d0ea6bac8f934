"""Whether what is ordered is sold in such quantities (R1-11)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from app.catalog.operations import quantity_terms
from app.catalog.rules import QuantityLimit, SkuFacts, broken, nearest, pieces
from app.db.work import Work
from app.orders.errors import QuantityNotSold
from app.orders.operations.wishes import OrderWish
from app.organisations.models import TradingRelationship


async def check_quantities(
    work: Work, terms: TradingRelationship, wish: OrderWish, known: Mapping[UUID, SkuFacts]
) -> None:
    """Raise `QuantityNotSold` at the first line of a SKU that is sold in other quantities.

    Lines of the same SKU count together. No statement where no such rule is known for the goods.
    """
    rules = await quantity_terms(work, terms.seller_id, terms.id, terms.level_id, known.values())
    if not rules:
        return
    ordered: dict[UUID, Decimal] = {}
    places: dict[UUID, int] = {}
    for place, line in enumerate(wish.lines):
        counted = pieces(known[line.sku_id], line.packaging_level, line.quantity)
        ordered[line.sku_id] = ordered.get(line.sku_id, Decimal(0)) + counted
        places.setdefault(line.sku_id, place)
    for sku_id, rule in rules.items():
        wrong = broken(ordered[sku_id], rule)
        if wrong is None:
            continue
        limits = {
            QuantityLimit.MINIMUM: rule.minimum,
            QuantityLimit.MAXIMUM: rule.maximum,
            QuantityLimit.MULTIPLE: rule.multiple,
        }
        raise QuantityNotSold(
            sku=known[sku_id].name,
            rule=wrong.value,
            limit=limits[wrong] or Decimal(0),
            ordered=ordered[sku_id],
            nearest=nearest(ordered[sku_id], rule),
        ).at(f"lines.{places[sku_id]}.quantity")
