"""What packages above may ask of the catalogue, unguarded."""

from app.catalog.operations.facts import known_facts, sku_facts
from app.catalog.operations.keeping import (
    Sized,
    packaging_of,
    products_of,
    sizes_of,
    skus_with_products,
    words_of,
)
from app.catalog.operations.reaching import (
    browsable_products,
    check_known,
    concerned_by,
    is_readable,
    readable_products,
)
from app.catalog.rules import SkuFacts, pieces

__all__ = [
    "Sized",
    "SkuFacts",
    "browsable_products",
    "check_known",
    "concerned_by",
    "is_readable",
    "known_facts",
    "packaging_of",
    "pieces",
    "products_of",
    "readable_products",
    "sizes_of",
    "sku_facts",
    "skus_with_products",
    "words_of",
]
