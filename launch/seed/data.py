"""What the sample network consists of: read from plain files, invented for this purpose."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from string import ascii_uppercase
from typing import TypedDict

from stdnum import ean

from app.kernel.quantity import PackagingLevel
from app.organisations.models import OrganisationKind
from app.organisations.rules import Terms

# GS1 sets this prefix aside for examples: no product in the world has such a number.
EXAMPLE_PREFIX = "952"
_FILES = files("launch").joinpath("demo_data")


@dataclass(frozen=True, slots=True)
class Pack:
    """So many pieces make one unit of a level, and the number on its label."""

    level: PackagingLevel
    pieces: int
    gtin: str


@dataclass(frozen=True, slots=True)
class Size:
    """One size of a product; `price` is a retailer's list price a piece in CNY, before tax."""

    code: str
    name: str
    price: Decimal
    packs: tuple[Pack, ...]

    @property
    def pieces_a_case(self) -> int:
        """How many pieces a case holds."""
        return next(pack.pieces for pack in self.packs if pack.level is PackagingLevel.CASE)


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """A product in its sizes; the category is a path such as Beverages/Juice."""

    name: str
    brand: str
    category: str
    tax_percent: int
    shelf_life_days: int
    sizes: tuple[Size, ...]


@dataclass(frozen=True, slots=True)
class SampleOrganisation:
    """An organisation, whom it buys from and on which terms, and who runs it."""

    name: str
    kind: OrganisationKind
    seller: str
    city: str
    region: str
    person: str
    level: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody with one of the built-in roles."""

    organisation: str
    role: str
    name: str


class _Line(TypedDict):
    """Products that differ in flavour; a size is "500 ml, 15 a case, 96 a pallet, 2.64"."""

    code: str
    brand: str
    category: str
    name: str
    tax: int
    shelf_life_days: int
    flavours: list[str]
    sizes: list[str]


def products() -> Iterator[SampleProduct]:
    """Give the products, line by line; numbers and codes are the same each time."""
    lines: list[_Line] = json.loads(_FILES.joinpath("product_lines.json").read_text("utf-8"))
    for place, line in enumerate(lines, start=1):
        for flavour, name in enumerate(line["flavours"], start=1):
            yield _product(line, f"{line['brand']} {line['name'].format(name)}", place, flavour)


def organisations() -> list[SampleOrganisation]:
    """Give the organisations below the brand, sellers before their buyers."""
    return [
        SampleOrganisation(
            name=row["name"],
            kind=OrganisationKind(row["kind"]),
            seller=row["seller"],
            city=row["city"],
            region=row["region"],
            person=row["person"],
            level=row["level"],
            terms=_terms(row),
        )
        for row in _rows("organisations.csv")
    ]


def people() -> list[SamplePerson]:
    """Give the people beside those who run their organisation."""
    return [
        SamplePerson(row["organisation"], row["role"], row["name"]) for row in _rows("people.csv")
    ]


def _product(line: _Line, name: str, place: int, flavour: int) -> SampleProduct:
    return SampleProduct(
        name=name,
        brand=line["brand"],
        category=line["category"],
        tax_percent=line["tax"],
        shelf_life_days=line["shelf_life_days"],
        sizes=tuple(
            _size(
                size,
                name,
                f"{line['code']}-{flavour:02}{ascii_uppercase[index]}",
                place * 1_000 + flavour * 10 + index,
            )
            for index, size in enumerate(line["sizes"])
        ),
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = _FILES.joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _size(text: str, product: str, code: str, number: int) -> Size:
    size, case, pallet, price = text.split(", ")
    pieces = int(case.removesuffix(" a case"))
    cases = int(pallet.removesuffix(" a pallet"))
    packs = (
        Pack(PackagingLevel.PIECE, 1, _gtin("", number)),
        Pack(PackagingLevel.CASE, pieces, _gtin("1", number)),
        Pack(PackagingLevel.PALLET, pieces * cases, _gtin("2", number)),
    )
    return Size(code, f"{product} {size}", Decimal(price), packs)


def _gtin(indicator: str, number: int) -> str:
    digits = f"{indicator}{EXAMPLE_PREFIX}{number:09}"
    return digits + ean.calc_check_digit(digits)


def _terms(row: dict[str, str]) -> Terms:
    return Terms(
        payment_terms=row["payment_terms"],
        credit_limit=Decimal(row["credit_limit"]) if row["credit_limit"] else None,
        needs_review=row["needs_review"] == "yes",
        minimum_order_value=Decimal(row["minimum_order_value"] or 0),
        minimum_shelf_life_days=int(row["minimum_shelf_life_days"]),
        delivery_days=int(row["delivery_days"]),
        upstream_visibility=row["upstream_visibility"],
    )
