"""What packages above may ask of approvals, unguarded."""

from app.approvals.operations.asking import (
    FIRST_TURN,
    Met,
    Subject,
    ask,
    ask_organisations,
    last_revision,
    met_by,
    rules_with,
)
from app.approvals.operations.capacity import (
    ANYBODY,
    Capacity,
    asked_of,
    decidable,
    of_organisation,
    people_in,
    who_can_act,
)
from app.approvals.operations.deciding import (
    Decision,
    decide,
    steps_of,
    waiting_for_actor,
    withdraw,
)
from app.approvals.operations.urging import is_due, urge

__all__ = [
    "ANYBODY",
    "FIRST_TURN",
    "Capacity",
    "Decision",
    "Met",
    "Subject",
    "ask",
    "ask_organisations",
    "asked_of",
    "decidable",
    "decide",
    "is_due",
    "last_revision",
    "met_by",
    "of_organisation",
    "people_in",
    "rules_with",
    "steps_of",
    "urge",
    "waiting_for_actor",
    "who_can_act",
    "withdraw",
]
