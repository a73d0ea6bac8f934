"""Change many prices as one, seen by a second person (R3-36, R3-53): draft, submit, approve."""

from app.pricing.commands.change_sets.decisions import (
    approve_price_change_set,
    reject_price_change_set,
    roll_back_price_change_set,
    submit_price_change_set,
    withdraw_price_change_set,
)
from app.pricing.commands.change_sets.drafts import create_price_change_set
from app.pricing.commands.change_sets.files import FileFormat, PriceFile, import_price_changes
from app.pricing.commands.change_sets.grantors import (
    GrantorDecision,
    approve_prices_outside_band,
    reject_prices_outside_band,
)
from app.pricing.commands.change_sets.rows import put_price_changes, remove_price_changes
from app.pricing.operations.beginning import NewChangeSet
from app.pricing.operations.putting import ErrorPolicy, PutOutcome, RowChange, RowFault

__all__ = [
    "ErrorPolicy",
    "FileFormat",
    "GrantorDecision",
    "NewChangeSet",
    "PriceFile",
    "PutOutcome",
    "RowChange",
    "RowFault",
    "approve_price_change_set",
    "approve_prices_outside_band",
    "create_price_change_set",
    "import_price_changes",
    "put_price_changes",
    "reject_price_change_set",
    "reject_prices_outside_band",
    "remove_price_changes",
    "roll_back_price_change_set",
    "submit_price_change_set",
    "withdraw_price_change_set",
]
