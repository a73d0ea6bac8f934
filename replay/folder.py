"""Read a folder in the form of FoodMart: products, stores, warehouses, and what was ordered.

An order is what one store asked of one warehouse on one day. A product that comes twice in an order
is one line of the summed units.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from replay.errors import DataMissing, DataWrong

PRODUCTS, CLASSES = "product.json", "product_class.json"
STORES, WAREHOUSES = "store.json", "warehouse.json"
FACTS = "inventory_fact_1998.json"
FILES = (PRODUCTS, CLASSES, STORES, WAREHOUSES, FACTS)


@dataclass(frozen=True, slots=True)
class Product:
    """A product; `price` is for one piece, `path` its categories from the root down."""

    id: int
    brand: str
    name: str
    code: str
    path: tuple[str, ...]
    price: Decimal
    pieces_per_case: int
    cases_per_pallet: int


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse or a store; `serves` is the store that a warehouse stands beside."""

    id: int
    name: str
    city: str
    region: str
    country: str
    serves: int | None = None


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """Units of a product that were ordered on a day, and those of them that were shipped."""

    product_id: int
    ordered: int
    shipped: int


@dataclass(frozen=True, slots=True)
class RecordedOrder:
    """What one store ordered of one warehouse on one day, each product once."""

    day: int
    warehouse_id: int
    store_id: int
    lines: tuple[RecordedLine, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A network and its orders; `orders` by day, then by warehouse and store."""

    products: Sequence[Product]
    warehouses: Sequence[Place]
    stores: Sequence[Place]
    orders: Sequence[RecordedOrder]

    def first(self, most: int) -> "Record":
        """Return the same network with no more than its first orders."""
        return Record(self.products, self.warehouses, self.stores, self.orders[:most])


@dataclass(frozen=True, slots=True)
class _Row:
    path: Path
    line: int
    fields: dict[str, Any]

    def text(self, name: str) -> str:
        return str(self._given(name))

    def optional_text(self, name: str) -> str:
        return str(self.fields.get(name) or "")

    def whole(self, name: str, least: int) -> int:
        value = self._given(name)
        if not isinstance(value, int) or value < least:
            raise self.wrong(f"{name} must be a whole number, at least {least}")
        return value

    def amount(self, name: str) -> Decimal:
        value = self._given(name)
        if not isinstance(value, int | Decimal) or value < 0:
            raise self.wrong(f"{name} must be an amount, not below zero")
        return Decimal(value)

    def known(self, name: str, ids: Collection[int]) -> int:
        value = self.whole(name, 0)
        if value not in ids:
            raise self.wrong(f"{name} {value} is not among those of the folder")
        return value

    def wrong(self, problem: str) -> DataWrong:
        return DataWrong(self.path, self.line, problem)

    def _given(self, name: str) -> Any:
        if self.fields.get(name) is None:
            raise self.wrong(f"{name} is missing")
        return self.fields[name]


def read_folder(folder: Path) -> Record:
    """Read everything; raises `DataMissing` and `DataWrong`, which name file and line."""
    for path in (folder, *(folder / name for name in FILES)):
        if not path.exists():
            raise DataMissing(path, ", ".join(FILES))
    products = _products(folder)
    warehouses = [_warehouse(row) for row in _rows(folder / WAREHOUSES)]
    stores = [_store(row) for row in _rows(folder / STORES)]
    orders = _orders(folder, products, warehouses, stores)
    if not orders:
        raise DataWrong(folder / FACTS, 1, "nothing was ordered")
    trading = {order.store_id for order in orders} | {place.serves for place in warehouses}
    return Record(products, warehouses, [store for store in stores if store.id in trading], orders)


def _rows(path: Path) -> Iterator[_Row]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                fields: Any = json.loads(line, parse_float=Decimal)
            except json.JSONDecodeError as wrong:
                raise DataWrong(path, number, f"no JSON, {wrong}") from None
            if not isinstance(fields, dict):
                raise DataWrong(path, number, "no JSON object")
            yield _Row(path, number, cast("dict[str, Any]", fields))


def _products(folder: Path) -> list[Product]:
    names = ("product_family", "product_department", "product_category", "product_subcategory")
    paths = {
        row.whole("product_class_id", 0): tuple(row.text(name) for name in names)
        for row in _rows(folder / CLASSES)
    }
    return [
        Product(
            id=row.whole("product_id", 0),
            brand=row.text("brand_name"),
            name=row.text("product_name"),
            code=row.text("SKU"),
            path=paths[row.known("product_class_id", paths)],
            price=row.amount("SRP"),
            pieces_per_case=row.whole("units_per_case", 1),
            cases_per_pallet=row.whole("cases_per_pallet", 1),
        )
        for row in _rows(folder / PRODUCTS)
    ]


def _warehouse(row: _Row) -> Place:
    return Place(
        id=row.whole("warehouse_id", 0),
        name=row.text("warehouse_name"),
        city=row.optional_text("warehouse_city"),
        region=row.optional_text("warehouse_state_province"),
        country=row.optional_text("warehouse_country"),
        serves=row.whole("stores_id", 0),
    )


def _store(row: _Row) -> Place:
    return Place(
        id=row.whole("store_id", 0),
        name=row.text("store_name"),
        city=row.optional_text("store_city"),
        region=row.optional_text("store_state"),
        country=row.optional_text("store_country"),
    )


def _orders(
    folder: Path, products: list[Product], warehouses: list[Place], stores: list[Place]
) -> list[RecordedOrder]:
    known = [{item.id for item in items} for items in (products, warehouses, stores)]
    sums: dict[tuple[int, int, int], dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in _rows(folder / FACTS):
        product, warehouse, store = (
            row.known(name, ids)
            for name, ids in zip(("product_id", "warehouse_id", "store_id"), known, strict=True)
        )
        ordered, shipped = row.whole("units_ordered", 1), row.whole("units_shipped", 0)
        if shipped > ordered:
            raise row.wrong(f"{shipped} shipped are more than the {ordered} ordered")
        lines = sums[row.whole("time_id", 0), warehouse, store]
        before = lines.get(product, (0, 0))
        lines[product] = (before[0] + ordered, before[1] + shipped)
    return [
        RecordedOrder(*key, tuple(RecordedLine(product, *sums) for product, sums in lines.items()))
        for key, lines in sorted(sums.items())
    ]
