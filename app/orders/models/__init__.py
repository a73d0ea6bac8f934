"""Tables of carts, orders, their lines and shortages, and of what people add to them."""

from app.orders.models.carts import Cart, CartLine
from app.orders.models.holds import HoldKind, HoldOverride, OrderHold
from app.orders.models.orders import (
    BUCKETS,
    BUYER_REFERENCE_KEY,
    Order,
    OrderLine,
    OrderQuote,
    Shortage,
)
from app.orders.models.papers import OrderAttachment, OrderException, OrderNote

__all__ = [
    "BUCKETS",
    "BUYER_REFERENCE_KEY",
    "Cart",
    "CartLine",
    "HoldKind",
    "HoldOverride",
    "Order",
    "OrderAttachment",
    "OrderException",
    "OrderHold",
    "OrderLine",
    "OrderNote",
    "OrderQuote",
    "Shortage",
]
