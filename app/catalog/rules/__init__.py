"""What the catalogue decides without asking anybody."""

from app.catalog.rules.goods import (
    LONGEST_CODE,
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    Container,
    NewPackaging,
    NewSku,
    SkuFacts,
    checked_description,
    checked_sku,
    checked_text,
    pieces,
)
from app.catalog.rules.languages import (
    best_language,
    checked_language,
    language_tag,
    languages_in,
)
from app.catalog.rules.quantities import QuantityLimit, QuantityTerms, broken, nearest
from app.catalog.rules.words import Sought, Texts, Word, nearest_words, sought, terms_of, word_of

__all__ = [
    "LONGEST_CODE",
    "LONGEST_DESCRIPTION",
    "LONGEST_NAME",
    "Container",
    "NewPackaging",
    "NewSku",
    "QuantityLimit",
    "QuantityTerms",
    "SkuFacts",
    "Sought",
    "Texts",
    "Word",
    "best_language",
    "broken",
    "checked_description",
    "checked_language",
    "checked_sku",
    "checked_text",
    "language_tag",
    "languages_in",
    "nearest",
    "nearest_words",
    "pieces",
    "sought",
    "terms_of",
    "word_of",
]
