"""What an actor may change of the catalogue."""

from app.catalog.commands.containers import (
    create_returnable_container,
    set_packaging_container,
)
from app.catalog.commands.images import (
    add_product_image,
    arrange_product_images,
    describe_product_image,
)
from app.catalog.commands.indexing import index_products
from app.catalog.commands.listing import delist_product
from app.catalog.commands.products import (
    NewProduct,
    ProductChange,
    add_sku,
    change_product,
    create_product,
)
from app.catalog.commands.substitutes import set_substitutes
from app.catalog.commands.texts import NewProductText, remove_product_text, set_product_text
from app.catalog.commands.words import create_brand, create_category, create_tax_category

__all__ = [
    "NewProduct",
    "NewProductText",
    "ProductChange",
    "add_product_image",
    "add_sku",
    "arrange_product_images",
    "change_product",
    "create_brand",
    "create_category",
    "create_product",
    "create_returnable_container",
    "create_tax_category",
    "delist_product",
    "describe_product_image",
    "index_products",
    "remove_product_text",
    "set_packaging_container",
    "set_product_text",
    "set_substitutes",
]
