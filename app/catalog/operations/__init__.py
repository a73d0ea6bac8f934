"""What packages above may ask of the catalogue, unguarded."""

from app.catalog.operations.facts import sku_facts
from app.catalog.operations.reaching import (
    browsable_products,
    check_known,
    packaging_of,
    readable_products,
)
from app.catalog.rules import SkuFacts, pieces

__all__ = [
    "SkuFacts",
    "browsable_products",
    "check_known",
    "packaging_of",
    "pieces",
    "readable_products",
    "sku_facts",
]
