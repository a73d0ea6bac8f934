"""What inventory may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NotEnoughStock(Refused):
    """Stock never falls below zero or below what is set aside (F7)."""

    code: ClassVar = "NOT_ENOUGH_STOCK"
    text: ClassVar = "Only {available} pieces of {sku} are free in this warehouse."
    field_path: ClassVar = "quantity"
    sku: str
    available: Decimal


@dataclass(eq=False)
class WarehouseNameTaken(Refused):
    """Names are unique in an organisation."""

    code: ClassVar = "WAREHOUSE_NAME_TAKEN"
    text: ClassVar = "A warehouse named {name} exists already."
    field_path: ClassVar = "name"
    name: str


@dataclass(eq=False)
class LotDatesDiffer(Refused):
    """A lot has one expiry date."""

    code: ClassVar = "LOT_DATES_DIFFER"
    text: ClassVar = "Lot {lot} is known with the expiry date {known}, not {given}."
    field_path: ClassVar = "expiresOn"
    lot: str
    known: str
    given: str


@dataclass(eq=False)
class TransferReceived(Refused):
    """What has arrived was counted then."""

    code: ClassVar = "TRANSFER_RECEIVED"
    text: ClassVar = "The transfer was received already."
    field_path: ClassVar = "transferId"


@dataclass(eq=False)
class DifferenceUnexplained(Refused):
    """Pieces that were sent and did not come are gone: somebody says why."""

    code: ClassVar = "DIFFERENCE_UNEXPLAINED"
    text: ClassVar = "{sent} pieces were sent and {received} came. Please say why."
    field_path: ClassVar = "counts"
    sent: Decimal
    received: Decimal


@dataclass(eq=False)
class CountMoved(Refused):
    """Goods came or went since the count was compared."""

    code: ClassVar = "COUNT_MOVED"
    text: ClassVar = "The stock has changed since these differences were shown. Please look again."
    field_path: ClassVar = "fingerprint"


@dataclass(eq=False)
class NothingDiffers(Refused):
    """There is nothing to correct."""

    code: ClassVar = "NOTHING_DIFFERS"
    text: ClassVar = "What was counted is what is known."
    field_path: ClassVar = "count"


@dataclass(eq=False)
class AlertMended(Refused):
    """Nothing is to be done about it any more."""

    code: ClassVar = "ALERT_MENDED"
    text: ClassVar = "The alert is mended: what it said is so no more."
    field_path: ClassVar = "alertId"


@dataclass(eq=False)
class QuotaEnded(Refused):
    """What has ended binds nobody any more."""

    code: ClassVar = "QUOTA_ENDED"
    text: ClassVar = "The quota has ended."
    field_path: ClassVar = "quotaId"
