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
from app.pricing.commands.change_sets import (
    ErrorPolicy,
    FileFormat,
    GrantorDecision,
    NewChangeSet,
    PriceFile,
    PutOutcome,
    RowChange,
    RowFault,
    approve_price_change_set,
    approve_prices_outside_band,
    create_price_change_set,
    import_price_changes,
    put_price_changes,
    reject_price_change_set,
    reject_prices_outside_band,
    remove_price_changes,
    roll_back_price_change_set,
    submit_price_change_set,
    withdraw_price_change_set,
)
from app.pricing.commands.entries import PriceChanges, set_prices
from app.pricing.commands.lists import NewPriceList, create_price_list, end_price_list
from app.pricing.commands.terms import TermsChange, change_price_list_terms
from app.pricing.operations.deriving import NewDerivation
from app.pricing.operations.wanted import PriceChange

__all__ = [
    "BandChange",
    "BandLimits",
    "ErrorPolicy",
    "FileFormat",
    "GrantorDecision",
    "Holder",
    "NewBand",
    "NewChangeSet",
    "NewDerivation",
    "NewPriceList",
    "PriceChange",
    "PriceChanges",
    "PriceFile",
    "PutOutcome",
    "RowChange",
    "RowFault",
    "TermsChange",
    "approve_price_change_set",
    "approve_prices_outside_band",
    "change_price_band",
    "change_price_list_terms",
    "create_price_change_set",
    "create_price_list",
    "end_discount_authority",
    "end_price_band",
    "end_price_list",
    "grant_price_band",
    "import_price_changes",
    "put_price_changes",
    "reject_price_change_set",
    "reject_prices_outside_band",
    "remove_price_changes",
    "roll_back_price_change_set",
    "set_discount_authority",
    "set_prices",
    "submit_price_change_set",
    "withdraw_price_change_set",
]
