"""What a price list file says, whatever its format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

HEADINGS = (
    "SKU code",
    "Product",
    "SKU",
    "Unit",
    "Pieces per unit",
    "From pieces",
    "Price per unit",
    "Tax",
    "Remark",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One price of one packaging unit from a number of pieces on; the remark says why none."""

    code: str
    product: str
    sku: str
    unit: str
    pieces: Decimal
    from_pieces: Decimal
    price: Decimal | None
    tax: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSheet:
    """A customer's prices on a day of the network's zone; rows stand by product name."""

    seller: str
    buyer: str
    day: date
    currency: str
    rows: Sequence[SheetRow]

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What stands above the table."""
        return (
            ("Seller", self.seller),
            ("Customer", self.buyer),
            ("Prices of", self.day.isoformat()),
            ("Currency", self.currency),
            ("Tax", "Each price says whether it holds tax; deposits come on top."),
        )


def plain(number: Decimal) -> str:
    """Write a quantity exactly, without an exponent and without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal) -> str:
    """Write a price exactly, with two places at least."""
    trimmed = plain(amount)
    whole, _, places = trimmed.partition(".")
    return f"{whole}.{places:0<2}"
