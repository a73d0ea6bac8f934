"""What an actor may change about prices: the own organisation's lists and nothing else."""

from app.pricing.commands.change_sets import (
    ErrorPolicy,
    FileFormat,
    NewChangeSet,
    PriceFile,
    PutOutcome,
    RowChange,
    RowFault,
    approve_price_change_set,
    create_price_change_set,
    import_price_changes,
    put_price_changes,
    reject_price_change_set,
    remove_price_changes,
    roll_back_price_change_set,
    submit_price_change_set,
    withdraw_price_change_set,
)
from app.pricing.commands.entries import PriceChanges, set_prices
from app.pricing.commands.lists import NewPriceList, create_price_list, end_price_list
from app.pricing.commands.wanted import PriceChange

__all__ = [
    "ErrorPolicy",
    "FileFormat",
    "NewChangeSet",
    "NewPriceList",
    "PriceChange",
    "PriceChanges",
    "PriceFile",
    "PutOutcome",
    "RowChange",
    "RowFault",
    "approve_price_change_set",
    "create_price_change_set",
    "create_price_list",
    "end_price_list",
    "import_price_changes",
    "put_price_changes",
    "reject_price_change_set",
    "remove_price_changes",
    "roll_back_price_change_set",
    "set_prices",
    "submit_price_change_set",
    "withdraw_price_change_set",
]
