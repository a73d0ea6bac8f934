"""What a price drop gives back on goods that a buyer still holds (P16)."""

from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import round_money

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedStock:
    """What the buyer holds on the day of the change, in the price's unit.

    `bought_within_window` is the part of `on_hand` bought recently enough; none if the agreement
    has no window. `in_transit` counts always: it was bought just now.
    """

    on_hand: Decimal
    in_transit: Decimal = _ZERO
    bought_within_window: Decimal | None = None

    @property
    def eligible(self) -> Decimal:
        """The quantity that is credited; never more than what is held."""
        held = self.on_hand
        if self.bought_within_window is not None:
            held = min(held, self.bought_within_window)
        return max(_ZERO, held) + max(_ZERO, self.in_transit)


def price_protection(
    old_price: Decimal, new_price: Decimal, stock: ProtectedStock, currency: str
) -> Decimal:
    """Return the credit: the drop times what is eligible, rounded once; nothing for a rise."""
    return round_money(max(_ZERO, old_price - new_price) * stock.eligible, currency)
