"""Change one's own cart."""

from decimal import Decimal
from uuid import UUID

from app.assortments.operations import facts_for
from app.catalog.errors import NotListed
from app.catalog.rules import pieces
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.orders.operations.carts import put_in_cart, take_out_of_cart
from app.orders.operations.placing import relationship_to_order_in
from app.orders.operations.wishes import LineWish
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def set_cart_line(
    work: Work, relationship_id: UUID, sku_id: UUID, level: PackagingLevel, quantity: Decimal
) -> UUID:
    """Put a quantity of a SKU into the cart, in packaging units; zero takes it out (R1-10)."""
    relationship = await relationship_to_order_in(work, relationship_id)
    if quantity == 0:
        await take_out_of_cart(work, relationship.id, sku_id, level)
        return relationship_id
    sku = (await facts_for(work, relationship, [sku_id])).get(sku_id)
    if sku is None:
        raise NotFound("Sku").at("skuId")
    if not sku.is_listed:
        raise NotListed(sku=sku.name).at("skuId")
    pieces(sku, level, quantity)
    await put_in_cart(work, relationship.id, LineWish(sku_id, level, quantity))
    return relationship_id
