"""What packages above may ask of organisations, unguarded."""

from app.organisations.operations.classing import (
    Classification,
    Owned,
    check_level,
    check_owned,
    check_terms_known,
    classification_of,
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
    is_open,
    visible_below,
    visible_below_of,
    visible_organisations,
    visible_relationships,
)

__all__ = [
    "MOST_RELATIONSHIPS",
    "SHOWS_ORDERS",
    "Classification",
    "Owned",
    "check_level",
    "check_owned",
    "check_terms_known",
    "classification_of",
    "find_relationship",
    "find_relationships",
    "is_assigned",
    "is_open",
    "known_relationship",
    "open_between",
    "open_upstream_relationships",
    "organisations_named",
    "plant",
    "relationships",
    "visible_below",
    "visible_below_of",
    "visible_organisations",
    "visible_relationships",
]
