"""What packages above may ask of the catalogue, unguarded."""

from app.catalog.operations.facts import known_facts, sku_facts
from app.catalog.operations.indexing import (
    index_product,
    index_products,
    unindexed_products,
)
from app.catalog.operations.keeping import (
    Sized,
    packaging_of,
    products_of,
    sizes_of,
    skus_with_products,
    words_of,
)
from app.catalog.operations.quantities import quantity_terms, terms_in
from app.catalog.operations.reaching import (
    browsable_products,
    check_known,
    check_open_category,
    concerned_by,
    is_readable,
    readable_products,
)
from app.catalog.operations.searching import found_by, ranked, read_search
from app.catalog.operations.selling import missing_packs, put_on_sale, take_off_sale
from app.catalog.operations.texts import (
    TextsIn,
    Told,
    category_names,
    product_texts,
    sku_texts,
)
from app.catalog.rules import SkuFacts, Sought, pieces

__all__ = [
    "Sized",
    "SkuFacts",
    "Sought",
    "TextsIn",
    "Told",
    "browsable_products",
    "category_names",
    "check_known",
    "check_open_category",
    "concerned_by",
    "found_by",
    "index_product",
    "index_products",
    "is_readable",
    "known_facts",
    "missing_packs",
    "packaging_of",
    "pieces",
    "product_texts",
    "products_of",
    "put_on_sale",
    "quantity_terms",
    "ranked",
    "read_search",
    "readable_products",
    "sizes_of",
    "sku_facts",
    "sku_texts",
    "skus_with_products",
    "take_off_sale",
    "terms_in",
    "unindexed_products",
    "words_of",
]
