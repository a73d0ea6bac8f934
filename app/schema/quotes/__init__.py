"""Prices as buyers pay them: quotes, catalogue, the pricing console, price list files."""

from app.schema.quotes.catalogue import CatalogueItem, CatalogueOffer, CatalogueQuery
from app.schema.quotes.console import ConsoleQuery
from app.schema.quotes.facets import FacetsQuery
from app.schema.quotes.files import PRICE_LIST, PriceFilesQuery, price_list_file
from app.schema.quotes.lines import QuotedLine, RefusedLine
from app.schema.quotes.quotes import Quote, QuoteQuery

__all__ = [
    "PRICE_LIST",
    "CatalogueItem",
    "CatalogueOffer",
    "Quote",
    "QuotedLine",
    "QuotesQuery",
    "RefusedLine",
    "price_list_file",
]


class QuotesQuery(QuoteQuery, CatalogueQuery, FacetsQuery, ConsoleQuery, PriceFilesQuery):
    """Questions about prices as buyers pay them."""
