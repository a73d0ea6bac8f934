"""What an actor may change about prices: the own organisation's and nothing else."""

from app.pricing.commands.authority import (
    Holder,
    end_discount_authority,
    set_discount_authority,
)
from app.pricing.commands.bands import (
    BandChange,
    BandLimits,
    NewBand,
    change_price_band,
    end_price_band,
    grant_price_band,
)
from app.pricing.commands.derivation import NewDerivation
from app.pricing.commands.entries import PriceChanges, set_prices
from app.pricing.commands.lists import NewPriceList, create_price_list, end_price_list
from app.pricing.commands.terms import TermsChange, change_price_list_terms
from app.pricing.commands.wanted import PriceChange

__all__ = [
    "BandChange",
    "BandLimits",
    "Holder",
    "NewBand",
    "NewDerivation",
    "NewPriceList",
    "PriceChange",
    "PriceChanges",
    "TermsChange",
    "change_price_band",
    "change_price_list_terms",
    "create_price_list",
    "end_discount_authority",
    "end_price_band",
    "end_price_list",
    "grant_price_band",
    "set_discount_authority",
    "set_prices",
]
