"""What somebody wants to order: lines, discounts given by hand, coupons and points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.kernel.quantity import PackagingLevel
from app.orders.models import OrderLine
from app.orders.operations.documents import OrderDocument
from app.orders.rules.states import DeliveryMode, OrderChannel
from app.organisations.models import PaymentWay


@dataclass(frozen=True, slots=True)
class LineDiscount:
    """So many percent off a line's price by hand: why, and by whom once that is checked."""

    percent: Decimal
    reason: str
    by_membership_id: UUID | None = None
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class LineWish:
    """What a buyer wants: a quantity of a SKU, in packaging units."""

    sku_id: UUID
    packaging_level: PackagingLevel
    quantity: Decimal
    discount: LineDiscount | None = None


@dataclass(frozen=True, slots=True)
class OrderWish:
    """What somebody wants to order, and how it came in."""

    relationship_id: UUID
    lines: Sequence[LineWish]
    channel: OrderChannel = OrderChannel.WEBSITE
    delivery_mode: DeliveryMode = DeliveryMode.DELIVERY
    requested_delivery_on: date | None = None
    note: str = ""
    coupon_codes: Sequence[str] = ()
    points_to_redeem: int = 0
    delivery_address_id: UUID | None = None
    payment_way: PaymentWay | None = None
    buyer_reference: str | None = None


def wish_of(document: OrderDocument) -> OrderWish:
    """Return what an order was asked for: without the lines that schemes added."""
    order = document.order
    return OrderWish(
        relationship_id=order.relationship_id,
        lines=[_asked(line) for line in document.lines if not line.is_free],
        channel=OrderChannel(order.channel),
        delivery_mode=DeliveryMode(order.delivery_mode),
        requested_delivery_on=order.requested_delivery_on,
        note=order.note,
        coupon_codes=tuple(order.coupon_codes),
        points_to_redeem=order.points_to_redeem,
        payment_way=PaymentWay(order.payment_way) if order.payment_way else None,
        buyer_reference=order.buyer_reference,
    )


def _asked(line: OrderLine) -> LineWish:
    level = PackagingLevel(line.packaging_level)
    return LineWish(line.sku_id, level, line.quantity, _discount(line))


def _discount(line: OrderLine) -> LineDiscount | None:
    if line.discount_percent is None:
        return None
    return LineDiscount(
        percent=line.discount_percent,
        reason=line.discount_reason or "",
        by_membership_id=line.discounted_by_membership_id,
        by_name=line.discounted_by_name or "",
    )
