"""Which rows of stock an actor reaches: the one place that decides (F2)."""

from sqlalchemy import ColumnElement, true

from app.db.work import Work
from app.inventory.models import StockLot, Warehouse


def own_warehouses(work: Work) -> ColumnElement[bool]:
    """Hold `Warehouse` rows to the actor's organisation.

    However wide the permission reaches: no relationship shows one organisation another's stock.
    """
    if work.actor.is_system:
        return true()
    return Warehouse.organisation_id == work.actor.own_organisation


def own_lots(work: Work) -> ColumnElement[bool]:
    """Hold `StockLot` rows to the actor's organisation."""
    if work.actor.is_system:
        return true()
    return StockLot.organisation_id == work.actor.own_organisation
