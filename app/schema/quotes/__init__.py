"""Prices as buyers pay them: quotes, catalogue, the pricing console, price list files."""

from app.schema.quotes.catalogue import CatalogueItem, CatalogueOffer, CatalogueQuery
from app.schema.quotes.console import ConsoleQuery
from app.schema.quotes.facets import FacetsQuery
from app.schema.quotes.files import FILES, Downloads, PriceFilesQuery
from app.schema.quotes.lines import QuotedLine, RefusedLine
from app.schema.quotes.quotes import Quote, QuoteQuery

__all__ = [
    "FILES",
    "CatalogueItem",
    "CatalogueOffer",
    "Downloads",
    "Quote",
    "QuotedLine",
    "QuotesQuery",
    "RefusedLine",
]


class QuotesQuery(QuoteQuery, CatalogueQuery, FacetsQuery, ConsoleQuery, PriceFilesQuery):
    """Questions about prices as buyers pay them."""
