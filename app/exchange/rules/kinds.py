"""Which tables there are, and their columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.pricing.rules.price_file import COLUMNS as PRICE_COLUMNS
from app.pricing.rules.price_file import EXAMPLES as PRICE_EXAMPLES
from app.pricing.rules.price_file import NEEDED as PRICES_NEED
from app.rbac.permissions import Permission


class TableKind(StrEnum):
    """What a table is of: PRODUCTS has a row for each SKU, STOCK for each lot in a warehouse.

    PRICES come into a draft of a price change, a row for each price; CUSTOMERS have a row each,
    ORDERS one for each line. INVOICES are taken out only.
    """

    PRODUCTS = "PRODUCTS"
    STOCK = "STOCK"
    PRICES = "PRICES"
    CUSTOMERS = "CUSTOMERS"
    ORDERS = "ORDERS"
    INVOICES = "INVOICES"


UNLIMITED = "unlimited"
"""What a customer's credit is where nothing limits it."""


class TableFormat(StrEnum):
    """How a table is written."""

    CSV = "CSV"
    XLSX = "XLSX"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, what it holds, and whether each row needs it."""

    name: str
    says: str
    is_needed: bool = False
    example: str = ""


def _must(name: str, says: str, example: str) -> Column:
    return Column(name, says, is_needed=True, example=example)


def _may(name: str, says: str, example: str = "") -> Column:
    return Column(name, says, example=example)


def _packs() -> Iterator[Column]:
    for level in ("inner", "case", "pallet"):
        yield _may(f"pieces_in_{level}", "How many pieces it holds; empty: there is none.")
        yield _may(f"gtin_of_{level}", f"The GTIN of the {level}.")


_PRODUCTS = (
    _must("sku", "The code of the SKU, the organisation's own.", "TEA-500"),
    _must("product", "Its product's name; rows of one name and brand are its sizes.", "Green tea"),
    _must("brand", "The name of a brand of the network.", "Riverside"),
    _must("category", "The name of a category of the network.", "Drinks"),
    _must("tax_category", "The name of a tax category of the network.", "Standard"),
    _must("size", "What the SKU is called beside its product.", "500 ml"),
    _may("description", "What is said of the product.", "Without sugar"),
    _may("shelf_life_days", "How many days it keeps; empty where it does not spoil.", "365"),
    _may("gtin", "The GTIN of a piece.", "4006381333931"),
    *_packs(),
)
_STOCK = (
    _must("warehouse", "The name of an own warehouse.", "Main"),
    _must("sku", "The code of a SKU.", "TEA-500"),
    _must("lot", "The code of the lot.", "L2026-11"),
    _must("quantity", "How much lies there now, not what came in; in the unit beside.", "48"),
    _may("packaging_level", "PIECE, INNER, CASE or PALLET; empty means a piece.", "CASE"),
    _may("produced_on", "The day of production, such as 2026-06-30.", "2026-06-30"),
    _may("expires_on", "The last day of its shelf life, such as 2027-06-30.", "2027-06-30"),
)
_PRICES = tuple(
    Column(name, says, is_needed=name in PRICES_NEED, example=PRICE_EXAMPLES.get(name, ""))
    for name, says in PRICE_COLUMNS.items()
)
_CUSTOMERS = (
    _must("customer", "The buyer's name.", "Corner Shop"),
    _may("kind", "BRAND, DISTRIBUTOR, SUB_DISTRIBUTOR, AGENT or RETAILER; empty: RETAILER."),
    _may("street", "Street and number of where goods are taken in.", "5 Quay Road"),
    _may("postal_code", "Its postal code.", "200000"),
    _may("city", "Its city; needed beside a street.", "Shanghai"),
    _may("region", "Its region."),
    _may("country", "Its country.", "CN"),
    _may("telephone", "The telephone there."),
    _may("currency", "The currency that it is billed in; empty: the network's.", "CNY"),
    _may("payment_terms", "PREPAID or ON_ACCOUNT; empty: PREPAID.", "ON_ACCOUNT"),
    _may("credit_limit", "Its credit, or `unlimited`; empty: none.", "5000.00"),
    _may("minimum_order_value", "The least that an order comes to before tax; empty: none."),
    _may("delivery_days", "In how many days goods get there."),
    _may("sales_channel", "GENERAL_TRADE, MODERN_TRADE, HORECA, WHOLESALE or ECOMMERCE."),
    _may("level", "The name of one of the organisation's customer levels."),
    _may("contact", "Who is to be invited as its first user, by name.", "Li Ming"),
    _may("email", "Where the first user of a new customer is invited.", "li@corner.example"),
)
_ORDERS_IN = (
    _must("customer", "The buyer's name.", "Corner Shop"),
    _must("reference", "The buyer's own order reference: its rows are one order.", "PO-4711"),
    _must("sku", "The code of a SKU.", "TEA-500"),
    _must("quantity", "How many packaging units.", "2"),
    _may("packaging_level", "PIECE, INNER, CASE or PALLET; empty means a piece.", "CASE"),
    _may("deliver_on", "The day it is wanted on, the same in all rows of an order.", "2026-12-01"),
    _may("note", "What the buyer says, the same in all rows of an order."),
    _may("total", "What the order must come to with tax; else it is refused.", "143.19"),
)
_ORDERS = (
    _may("order", "The order's number."),
    _may("state", "Where the order stands."),
    _may("seller", "Who sells."),
    _may("buyer", "Who buys."),
    _may("placed_at", "When it was placed, in UTC."),
    _may("sku", "The code of the SKU."),
    _may("quantity", "How many packaging units."),
    _may("packaging_level", "The packaging unit."),
    _may("net", "The line before tax."),
    _may("tax", "Its tax."),
    _may("gross", "The line with tax."),
    _may("currency", "The currency of the amounts."),
)
_INVOICES = (
    _may("invoice", "The invoice's number, by seller."),
    _may("seller", "Who is owed."),
    _may("buyer", "Who owes."),
    _may("issued_at", "When it was issued, in UTC."),
    _may("net", "Goods before tax."),
    _may("tax", "Their tax."),
    _may("deposits", "Deposits for containers."),
    _may("total", "All of it."),
    _may("paid", "What payments cover."),
    _may("currency", "The currency of the amounts."),
)
COLUMNS: Mapping[TableKind, tuple[Column, ...]] = {
    TableKind.PRODUCTS: _PRODUCTS,
    TableKind.STOCK: _STOCK,
    TableKind.PRICES: _PRICES,
    TableKind.CUSTOMERS: _CUSTOMERS,
    TableKind.ORDERS: _ORDERS,
    TableKind.INVOICES: _INVOICES,
}
"""Every exported table's columns in their order."""

IMPORTED: Mapping[TableKind, tuple[Column, ...]] = {**COLUMNS, TableKind.ORDERS: _ORDERS_IN}
"""The columns of imports and templates: those of exports, but for orders, which name no result."""

RIGHTS: Mapping[TableKind, Permission] = {
    TableKind.PRODUCTS: Permission.PRODUCT_WRITE,
    TableKind.STOCK: Permission.STOCK_WRITE,
    TableKind.PRICES: Permission.PRICE_WRITE,
    TableKind.CUSTOMERS: Permission.ORGANISATION_WRITE,
    TableKind.ORDERS: Permission.ORDER_PLACE_FOR_CUSTOMER,
}
"""What may be imported, and by whom."""

READ_RIGHTS: Mapping[TableKind, Permission] = {
    TableKind.PRODUCTS: Permission.PRODUCT_WRITE,
    TableKind.STOCK: Permission.STOCK_READ,
    TableKind.PRICES: Permission.PRICE_READ,
    TableKind.CUSTOMERS: Permission.RELATIONSHIP_READ,
    TableKind.ORDERS: Permission.ORDER_READ,
    TableKind.INVOICES: Permission.INVOICE_READ,
}
"""Who may export what."""

TOGETHER: Mapping[TableKind, tuple[str, ...]] = {TableKind.ORDERS: ("customer", "reference")}
"""Of kinds whose rows belong together: the columns in which those of one thing agree."""


def group_of(kind: TableKind, cells: Mapping[str, str]) -> str | None:
    """Return what the rows of one thing have in common; none where each row is a thing."""
    columns = TOGETHER.get(kind)
    return "/".join(cells.get(name, "") for name in columns) if columns else None
