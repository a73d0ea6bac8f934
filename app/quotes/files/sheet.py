"""What a price list file says, whatever its format."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One price of one packaging unit from a number of pieces on; the remark says why none.

    `scheme_price` is what one unit ordered alone comes to after promotions, if they change it.
    """

    code: str
    product: str
    sku: str
    unit: str
    pieces: Decimal
    from_pieces: Decimal
    price: Decimal | None
    tax: str
    scheme_price: Decimal | None = None
    recommended_retail_price: Decimal | None = None
    maximum_retail_price: Decimal | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the table; an optional one is there where any row has something in it.

    `letters` is its width in a workbook, `points` on paper, where columns of None share the rest.
    """

    heading: str
    read: Callable[[SheetRow], str | Decimal | None]
    letters: int
    points: int | None
    is_number: bool = False
    is_money: bool = False
    is_optional: bool = False

    def text(self, row: SheetRow) -> str:
        """Write what the row has in it."""
        return self.write(self.read(row))

    def write(self, value: str | Decimal | None) -> str:
        """Write a value of the column."""
        if isinstance(value, Decimal):
            return money(value) if self.is_money else plain(value)
        return value or ""


def _money(
    heading: str, read: Callable[[SheetRow], Decimal | None], *, is_optional: bool = True
) -> Column:
    return Column(
        heading=heading,
        read=read,
        letters=18,
        points=70,
        is_number=True,
        is_money=True,
        is_optional=is_optional,
    )


_SCHEME_PRICE = _money("With promotions", lambda row: row.scheme_price)
_RETAIL_PRICES = (
    _money("Advised retail", lambda row: row.recommended_retail_price),
    _money("Maximum retail", lambda row: row.maximum_retail_price),
)
_COLUMNS = (
    Column(heading="SKU code", read=lambda row: row.code, letters=18, points=80),
    Column(heading="Product", read=lambda row: row.product, letters=40, points=None),
    Column(heading="SKU", read=lambda row: row.sku, letters=24, points=None),
    Column(heading="Unit", read=lambda row: row.unit, letters=10, points=42),
    Column(
        heading="Pieces per unit",
        read=lambda row: row.pieces,
        letters=16,
        points=70,
        is_number=True,
    ),
    Column(
        heading="From pieces",
        read=lambda row: row.from_pieces,
        letters=14,
        points=58,
        is_number=True,
    ),
    _money("Price per unit", lambda row: row.price, is_optional=False),
    _SCHEME_PRICE,
    *_RETAIL_PRICES,
    Column(heading="Tax", read=lambda row: row.tax, letters=14, points=55),
    Column(heading="Remark", read=lambda row: row.remark, letters=50, points=None),
)


@dataclass(frozen=True, kw_only=True)
class PriceSheet:
    """A customer's prices on a day of the network's zone; rows stand by product name."""

    seller: str
    buyer: str
    day: date
    currency: str
    rows: Sequence[SheetRow]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns that the table has, from the left."""
        return tuple(each for each in _COLUMNS if not each.is_optional or self._fills(each))

    def _fills(self, column: Column) -> bool:
        return any(column.read(row) is not None for row in self.rows)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What stands above the table."""
        said = [
            ("Seller", self.seller),
            ("Customer", self.buyer),
            ("Prices of", self.day.isoformat()),
            ("Currency", self.currency),
            ("Tax", "Each price says whether it holds tax; deposits come on top."),
        ]
        if _SCHEME_PRICE in self.columns:
            said.append(("Promotions", "Prices with promotions are of one unit ordered alone."))
        if not set(_RETAIL_PRICES).isdisjoint(self.columns):
            said.append(("Retail", "Retail prices are for one unit, without tax."))
        return tuple(said)


def plain(number: Decimal) -> str:
    """Write a quantity exactly, without an exponent and without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal) -> str:
    """Write a price exactly, with two places at least."""
    trimmed = plain(amount)
    whole, _, places = trimmed.partition(".")
    return f"{whole}.{places:0<2}"
