"""How an order is to be paid, and what that means for its gates and its credit (R3-25)."""

from app.orders.errors import PaymentWayNotAllowed
from app.orders.models import Order
from app.orders.rules.gates import PAID_FIRST
from app.organisations.models import PaymentGate, PaymentWay, TradingRelationship
from app.organisations.operations import ways_of


def chosen_way(relationship: TradingRelationship, wanted: PaymentWay | None) -> PaymentWay | None:
    """Return the way that an order keeps; none where the relationship's terms of the day decide.

    Raises `PaymentWayNotAllowed`.
    """
    allowed = ways_of(relationship)
    if wanted is not None and wanted not in allowed:
        raise PaymentWayNotAllowed(way=wanted, allowed=", ".join(allowed))
    return wanted or (allowed[0] if relationship.payment_ways else None)


def way_of(order: Order, terms: TradingRelationship) -> PaymentWay:
    """Return how an order is to be paid: as it keeps, or as the terms say now."""
    return PaymentWay(order.payment_way) if order.payment_way else ways_of(terms)[0]


def pays_at(order: Order, terms: TradingRelationship, gate: PaymentGate) -> bool:
    """Whether an order must be paid at this gate."""
    return way_of(order, terms) in PAID_FIRST and terms.payment_gate == gate


def needs_credit(order: Order, terms: TradingRelationship) -> bool:
    """Whether an order is paid on account."""
    return way_of(order, terms) is PaymentWay.ON_ACCOUNT
