"""What an actor may read of prices as buyers pay them: quotes, catalogue, grid, files."""

from app.promotions.rules.outcome import SchemeOffer
from app.quotes.operations.finding import CatalogueFilter
from app.quotes.operations.fitting import CatalogueSort, PriceWish
from app.quotes.operations.labels import PackLabel, PriceLabel
from app.quotes.queries.availability import AvailabilityState, Available, availability
from app.quotes.queries.catalogue import CatalogueRow, catalogue
from app.quotes.queries.comparing import (
    ComparedPrice,
    Comparing,
    Comparison,
    Sides,
    compare_prices,
)
from app.quotes.queries.customer_list import (
    SheetHead,
    customer_price_list,
    customer_price_list_head,
    customer_price_sheet,
)
from app.quotes.queries.facets import Facets, catalogue_facets
from app.quotes.queries.grid import Cell, Grid, GridRow, GridWish, price_grid
from app.quotes.queries.quotes import Simulation, Wish, price_at, quote, simulate_quote
from app.quotes.rules.price_ranges import PriceRange

__all__ = [
    "AvailabilityState",
    "Available",
    "CatalogueFilter",
    "CatalogueRow",
    "CatalogueSort",
    "Cell",
    "ComparedPrice",
    "Comparing",
    "Comparison",
    "Facets",
    "Grid",
    "GridRow",
    "GridWish",
    "PackLabel",
    "PriceLabel",
    "PriceRange",
    "PriceWish",
    "SchemeOffer",
    "SheetHead",
    "Sides",
    "Simulation",
    "Wish",
    "availability",
    "catalogue",
    "catalogue_facets",
    "compare_prices",
    "customer_price_list",
    "customer_price_list_head",
    "customer_price_sheet",
    "price_at",
    "price_grid",
    "quote",
    "simulate_quote",
]
