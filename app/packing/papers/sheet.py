"""What the papers of a shipment say, whatever they are printed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.finance.models import PaperLanguage
from app.kernel.quantity import PackagingLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class TravellingLine:
    """Pieces of one lot in a shipment, and the unit of `factor` pieces that was ordered."""

    position: int
    code: str
    title: str
    lot: str
    expires_on: date | None
    pieces: Decimal
    level: PackagingLevel
    factor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSheet:
    """One package: its place among all, its code, and its level and weight where known."""

    number: int
    sscc: str
    level: PackagingLevel | None
    weight_kg: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentSheet:
    """A shipment on paper, without a price: both parties, where it goes, what is in it."""

    number: str
    day: date
    order_number: str
    buyer_reference: str | None
    carrier: str
    tracking_number: str
    seller: Mapping[str, Any]
    buyer: Mapping[str, Any]
    delivery_address: Mapping[str, Any] | None
    lines: Sequence[TravellingLine]
    packages: Sequence[PackageSheet]

    @property
    def language(self) -> PaperLanguage:
        """The buyer's."""
        return PaperLanguage(self.buyer.get("language", PaperLanguage.EN))

    @property
    def receiver(self) -> Mapping[str, Any]:
        """Where the goods go: the address of the order, else where the buyer is."""
        return self.delivery_address or self.buyer


def shipment_number(order_number: str, number: int) -> str:
    """Write a shipment's number as papers have it: the order's, and which of its shipments."""
    return f"{order_number}-{number}"


def place_of(party: Mapping[str, Any]) -> str:
    """Write an address in one line; empty where nothing is known."""
    parts = ("street", "postal_code", "city", "region", "country")
    return ", ".join(party[part] for part in parts if party.get(part))
