"""What an actor may change of the catalogue."""

from app.catalog.commands.listing import delist_product, list_product
from app.catalog.commands.products import (
    NewProduct,
    ProductChange,
    add_sku,
    change_product,
    create_product,
)
from app.catalog.commands.words import create_brand, create_category, create_tax_category

__all__ = [
    "NewProduct",
    "ProductChange",
    "add_sku",
    "change_product",
    "create_brand",
    "create_category",
    "create_product",
    "create_tax_category",
    "delist_product",
    "list_product",
]
