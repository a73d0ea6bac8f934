"""What an actor may change about prices: the own organisation's lists and nothing else."""

from app.pricing.commands.entries import PriceChanges, set_prices
from app.pricing.commands.lists import NewPriceList, create_price_list, end_price_list
from app.pricing.commands.wanted import PriceChange

__all__ = [
    "NewPriceList",
    "PriceChange",
    "PriceChanges",
    "create_price_list",
    "end_price_list",
    "set_prices",
]
