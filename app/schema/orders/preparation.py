"""How far the warehouse is with an order, as sales see it (R3-57, R3-60)."""

from decimal import Decimal

import strawberry

from app.fulfilment import queries as fulfilment


@strawberry.type
class StockPreparation:
    """How far the warehouse is with an order, in pieces; `missing` were not found."""

    to_pick: Decimal
    picked: Decimal
    checked: Decimal
    missing: Decimal

    @classmethod
    def of(cls, found: fulfilment.Preparation) -> "StockPreparation":
        """Show how far it is."""
        return cls(
            to_pick=found.to_pick,
            picked=found.picked,
            checked=found.checked,
            missing=found.missing,
        )
