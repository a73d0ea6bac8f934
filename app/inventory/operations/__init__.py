"""What packages above may ask of inventory, unguarded; all in pieces.

Callers serialise work on one source themselves: they hold the lock of the order behind it.
"""

from app.inventory.operations.bands import bands_of
from app.inventory.operations.checking import broken_invariants
from app.inventory.operations.free import free_stock_of
from app.inventory.operations.lots import lots_by_id
from app.inventory.operations.moving import (
    Occasion,
    adjust,
    bring_back,
    correct,
    lose,
    receive,
    ship_out,
)
from app.inventory.operations.quotas import quotas_left
from app.inventory.operations.reach import own_lots, own_warehouses, summed_warehouses
from app.inventory.operations.reserving import (
    allocated_lots,
    free_lots,
    locked_lots,
    release,
    reserve,
    reserve_for_many,
)
from app.inventory.operations.sourcing import sourcing_rules_of
from app.inventory.operations.stocked import Place, locked_places
from app.inventory.operations.transferring import send, take_in
from app.inventory.rules import BeyondAllocated, Buyer, Demand, ForSale, LotQuantity, Receipt

__all__ = [
    "BeyondAllocated",
    "Buyer",
    "Demand",
    "ForSale",
    "LotQuantity",
    "Occasion",
    "Place",
    "Receipt",
    "adjust",
    "allocated_lots",
    "bands_of",
    "bring_back",
    "broken_invariants",
    "correct",
    "free_lots",
    "free_stock_of",
    "locked_lots",
    "locked_places",
    "lose",
    "lots_by_id",
    "own_lots",
    "own_warehouses",
    "quotas_left",
    "receive",
    "release",
    "reserve",
    "reserve_for_many",
    "send",
    "ship_out",
    "sourcing_rules_of",
    "summed_warehouses",
    "take_in",
]
