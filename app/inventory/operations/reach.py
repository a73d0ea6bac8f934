"""Which rows of stock an actor reaches: the one place that decides (F2)."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, true

from app.db.work import Work
from app.inventory.models import StockLot, Warehouse
from app.organisations.operations import consented_below
from app.rbac.permissions import Permission


def own_warehouses(work: Work) -> ColumnElement[bool]:
    """Hold `Warehouse` rows to the actor's organisation.

    However wide the permission reaches: no relationship shows one organisation another's stock.
    """
    if work.actor.is_system:
        return true()
    return Warehouse.organisation_id == work.actor.own_organisation


def summed_warehouses(work: Work, organisation_id: UUID | None) -> ColumnElement[bool]:
    """Hold `Warehouse` rows to those whose stock is summed for the actor.

    Those of the own organisation unless another is named; of one below that agreed to it
    (R3-33): sums alone, no warehouse is shown.
    """
    if organisation_id in {None, work.actor.organisation_id}:
        return own_warehouses(work)
    return and_(
        Warehouse.organisation_id == organisation_id,
        Warehouse.organisation_id.in_(consented_below(work, Permission.STOCK_READ)),
    )


def own_lots(work: Work) -> ColumnElement[bool]:
    """Hold `StockLot` rows to the actor's organisation."""
    if work.actor.is_system:
        return true()
    return StockLot.organisation_id == work.actor.own_organisation
