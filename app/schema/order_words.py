"""The words of orders that are enumerations of the API; declared once, for inputs and answers."""

import strawberry

from app.orders.rules import states
from app.orders.rules.transitions import OrderCommand, Side

_WORDS = (
    states.ApprovalStatus,
    states.CreditStatus,
    states.DeliveryMode,
    states.FulfilmentStatus,
    states.InvoiceStatus,
    states.OrderState,
    states.PaymentStatus,
    states.ReviewStatus,
    states.SettlementStatus,
    OrderCommand,
    Side,
)
for _each in _WORDS:
    strawberry.enum(_each, description=_each.__doc__)


def registered() -> int:
    """Return how many words are declared; whoever uses one asks first, so that they are."""
    return len(_WORDS)
