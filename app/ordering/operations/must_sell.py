"""What of the goods that a buyer must sell is missing in its cart and its orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from app.assortments.operations import must_sell_of
from app.assortments.rules import Selection
from app.catalog.models import CategoryAncestry, ListingStatus, Product, Sku
from app.db.work import Work
from app.kernel.errors import Invalid
from app.orders.models import Order, OrderLine
from app.orders.operations.carts import cart_wishes
from app.orders.operations.visibility import reachable
from app.orders.rules.states import OrderState
from app.organisations.models import TradingRelationship
from app.rbac.permissions import Permission

MOST_SKUS = 500
MOST_DAYS = 365
_NEVER = (OrderState.DRAFT, OrderState.REJECTED, OrderState.CANCELLED)


@dataclass(frozen=True, slots=True)
class MustSell:
    """A SKU that the buyer should carry: pieces it ordered lately, and whether its cart has it."""

    sku_id: UUID
    ordered: Decimal
    is_in_cart: bool

    @property
    def is_missing(self) -> bool:
        """Tell whether neither orders nor cart have it."""
        return not self.is_in_cart and self.ordered <= 0


async def must_sell(
    work: Work, relationship: TradingRelationship, history_days: int
) -> list[MustSell]:
    """Return what the buyer must sell and is listed, by product name, at most 500.

    Four statements, one less where what it must sell is remembered, and none more for any number
    of goods. Orders count that the actor may read.
    """
    if not 1 <= history_days <= MOST_DAYS:
        raise Invalid("historyDays", f"must be 1 to {MOST_DAYS}")
    goods = await must_sell_of(work, relationship)
    if not goods:
        return []
    keys = await _listed(work, goods)
    ordered = await _ordered(work, relationship, keys, history_days)
    in_cart = {line.sku_id for line in await cart_wishes(work, relationship.id)}
    return [MustSell(key, ordered.get(key, Decimal(0)), key in in_cart) for key in keys]


async def _listed(work: Work, goods: Selection) -> Sequence[UUID]:
    below = select(CategoryAncestry.descendant_id).where(
        CategoryAncestry.ancestor_id.in_(goods.category_ids)
    )
    statement = (
        select(Sku.id)
        .join(Product, Product.id == Sku.product_id)
        .where(
            Product.status == ListingStatus.LISTED,
            or_(
                Sku.id.in_(goods.sku_ids),
                Product.brand_id.in_(goods.brand_ids),
                Product.category_id.in_(below),
            ),
        )
        .order_by(Product.name, Sku.id)
        .limit(MOST_SKUS)
    )
    return (await work.session.scalars(statement)).all()


async def _ordered(
    work: Work, relationship: TradingRelationship, keys: Sequence[UUID], days: int
) -> dict[UUID, Decimal]:
    kept = func.sum(OrderLine.ordered - OrderLine.cancelled - OrderLine.short_closed)
    rows = await work.session.execute(
        select(OrderLine.sku_id, kept)
        .join(Order, and_(Order.id == OrderLine.order_id, Order.revision == OrderLine.revision))
        .where(
            OrderLine.sku_id.in_(keys),
            Order.relationship_id == relationship.id,
            Order.submitted_at >= work.now - timedelta(days=days),
            Order.state.not_in(_NEVER),
            reachable(work, [Permission.ORDER_READ]),
        )
        .group_by(OrderLine.sku_id)
    )
    return {row[0]: row[1] for row in rows}
