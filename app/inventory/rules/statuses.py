"""What may be done with goods that lie there."""

from enum import StrEnum


class StockStatus(StrEnum):
    """Whether goods may be set aside for orders: AVAILABLE ones may, all others may not.

    BLOCKED: held back, by whoever may write stock. DAMAGED: not to be sold as they are.
    QUARANTINE: to be looked at first.
    """

    AVAILABLE = "AVAILABLE"
    BLOCKED = "BLOCKED"
    DAMAGED = "DAMAGED"
    QUARANTINE = "QUARANTINE"


HELD = (StockStatus.BLOCKED, StockStatus.DAMAGED, StockStatus.QUARANTINE)
"""Those that nothing may be set aside of."""
