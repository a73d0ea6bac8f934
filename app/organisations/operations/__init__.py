"""What packages above may ask of organisations, unguarded."""

from app.organisations.operations.addressing import (
    address_to_keep,
    take_first_address,
    visible_addresses,
)
from app.organisations.operations.ancestry import ancestry_at, ancestry_changes
from app.organisations.operations.carrying import Supply, carry_out, supply_of, told_to
from app.organisations.operations.classing import (
    Classification,
    Owned,
    check_level,
    check_owned,
    check_terms_known,
    classification_of,
)
from app.organisations.operations.consents import consented_below, counts
from app.organisations.operations.deadlines import due_moves, due_relationship_ends
from app.organisations.operations.looking_after import (
    assigned_at,
    customers_of,
    own_customers,
    present_reps,
    reps_at,
)
from app.organisations.operations.moving import Fit, Reach, fitting, reach_of, standings
from app.organisations.operations.onboarding import (
    FirstUser,
    NewOrganisation,
    onboard,
    usual_roles,
)
from app.organisations.operations.opening import open_between, plant
from app.organisations.operations.parties import (
    MOST_RELATIONSHIPS,
    find_relationship,
    find_relationships,
    is_assigned,
    known_relationship,
    open_upstream_relationships,
    organisations_named,
    relationships,
)
from app.organisations.operations.sight import (
    SHOWS_ORDERS,
    came_above_after,
    is_open,
    visible_below,
    visible_below_of,
    visible_moves,
    visible_organisations,
    visible_relationships,
)
from app.organisations.operations.ways import ways_of

__all__ = [
    "MOST_RELATIONSHIPS",
    "SHOWS_ORDERS",
    "Classification",
    "FirstUser",
    "Fit",
    "NewOrganisation",
    "Owned",
    "Reach",
    "Supply",
    "address_to_keep",
    "ancestry_at",
    "ancestry_changes",
    "assigned_at",
    "came_above_after",
    "carry_out",
    "check_level",
    "check_owned",
    "check_terms_known",
    "classification_of",
    "consented_below",
    "counts",
    "customers_of",
    "due_moves",
    "due_relationship_ends",
    "find_relationship",
    "find_relationships",
    "fitting",
    "is_assigned",
    "is_open",
    "known_relationship",
    "onboard",
    "open_between",
    "open_upstream_relationships",
    "organisations_named",
    "own_customers",
    "plant",
    "present_reps",
    "reach_of",
    "relationships",
    "reps_at",
    "standings",
    "supply_of",
    "take_first_address",
    "told_to",
    "usual_roles",
    "visible_addresses",
    "visible_below",
    "visible_below_of",
    "visible_moves",
    "visible_organisations",
    "visible_relationships",
    "ways_of",
]
