"""What is asked of stock, and for whom."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Buyer:
    """For whom goods are set aside: what quotas and the choice of a warehouse look at."""

    relationship_id: UUID | None = None
    level_id: UUID | None = None
    region: str = ""
    delivery_mode: str = ""


ANYBODY = Buyer()


@dataclass(frozen=True, slots=True)
class SourcingRule:
    """From which warehouse orders of a region and a delivery mode are served; none means any."""

    position: int
    warehouse_id: UUID
    region: str | None = None
    delivery_mode: str | None = None

    def fits(self, warehouse_id: UUID, buyer: Buyer) -> bool:
        """Whether the rule sends this buyer's goods from the warehouse."""
        return (
            self.warehouse_id == warehouse_id
            and self.region in {None, buyer.region}
            and self.delivery_mode in {None, buyer.delivery_mode}
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """Pieces that a source's line needs, from lots that keep until `expires_not_before`.

    They are asked for in packs of so many pieces.
    """

    source_line_id: UUID
    sku_id: UUID
    quantity: Decimal
    expires_not_before: date | None
    buyer: Buyer = ANYBODY
    pack: Decimal = Decimal(1)
