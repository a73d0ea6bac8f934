"""Prices as buyers pay them: catalogue, the pricing console, price list files."""

from app.schema.quotes.catalogue import CatalogueItem, CatalogueOffer, CatalogueQuery
from app.schema.quotes.console import ConsoleQuery
from app.schema.quotes.files import FILES, Downloads, PriceFilesQuery

__all__ = ["FILES", "CatalogueItem", "CatalogueOffer", "Downloads", "QuotesQuery"]


class QuotesQuery(CatalogueQuery, ConsoleQuery, PriceFilesQuery):
    """Questions about prices as buyers pay them."""
