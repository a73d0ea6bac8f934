"""What an actor may read of prices as buyers pay them: catalogue, grid, comparisons, files."""

from app.quotes.operations.finding import CatalogueFilter
from app.quotes.operations.offering import PackOffer
from app.quotes.queries.catalogue import CatalogueRow, CatalogueSort, PriceWish, catalogue
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
from app.quotes.queries.grid import Cell, Grid, GridRow, GridWish, price_grid

__all__ = [
    "CatalogueFilter",
    "CatalogueRow",
    "CatalogueSort",
    "Cell",
    "ComparedPrice",
    "Comparing",
    "Comparison",
    "Grid",
    "GridRow",
    "GridWish",
    "PackOffer",
    "PriceWish",
    "SheetHead",
    "Sides",
    "catalogue",
    "compare_prices",
    "customer_price_list",
    "customer_price_list_head",
    "customer_price_sheet",
    "price_grid",
]
