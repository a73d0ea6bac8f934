"""What an actor may read of organisations, trading relationships and classes of customers."""

from app.organisations.queries.classes import (
    customer_groups,
    customer_levels,
    groups_by_id,
    groups_of,
    levels_by_id,
    territories,
    territories_by_id,
)
from app.organisations.queries.moves import (
    MovePreview,
    moves_by_id,
    organisation_moves,
    preview_organisation_move,
)
from app.organisations.queries.network import (
    PartnerRow,
    children_of,
    customers,
    customers_of,
    organisation,
    organisations,
    relationship,
    relationships_by_id,
    suppliers,
    suppliers_of,
)
from app.organisations.queries.parties import organisations_by_id
from app.organisations.queries.reps import (
    PlannedHandOver,
    RepRow,
    customers_looked_after,
    planned_hand_overs,
    reps_of,
    reps_of_orders,
    reps_of_territories,
)

__all__ = [
    "MovePreview",
    "PartnerRow",
    "PlannedHandOver",
    "RepRow",
    "children_of",
    "customer_groups",
    "customer_levels",
    "customers",
    "customers_looked_after",
    "customers_of",
    "groups_by_id",
    "groups_of",
    "levels_by_id",
    "moves_by_id",
    "organisation",
    "organisation_moves",
    "organisations",
    "organisations_by_id",
    "planned_hand_overs",
    "preview_organisation_move",
    "relationship",
    "relationships_by_id",
    "reps_of",
    "reps_of_orders",
    "reps_of_territories",
    "suppliers",
    "suppliers_of",
    "territories",
    "territories_by_id",
]
