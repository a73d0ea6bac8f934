"""How the orders of a relationship may be paid."""

from app.organisations.models import PaymentTerms, PaymentWay, TradingRelationship


def ways_of(relationship: TradingRelationship) -> list[PaymentWay]:
    """Return the ways that a relationship allows, the usual one first; never empty."""
    if relationship.payment_ways:
        return [PaymentWay(way) for way in relationship.payment_ways]
    is_prepaid = relationship.payment_terms == PaymentTerms.PREPAID
    return [PaymentWay.BANK_TRANSFER if is_prepaid else PaymentWay.ON_ACCOUNT]
