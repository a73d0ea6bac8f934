"""What an actor may change of organisations and trading relationships."""

from app.organisations.commands.activate import activate_organisation
from app.organisations.commands.create import create_organisation
from app.organisations.commands.details import Details, change_organisation
from app.organisations.commands.ending import close_relationship, tell_relationship_end
from app.organisations.commands.groups import (
    add_group_members,
    create_customer_group,
    remove_group_members,
)
from app.organisations.commands.levels import create_customer_level
from app.organisations.commands.move import (
    NewMove,
    cancel_organisation_move,
    carry_out_move,
    move_organisation,
    refuse_move,
)
from app.organisations.commands.relationships import (
    change_relationship_terms,
    open_relationship,
)
from app.organisations.commands.reps import assign_rep, assign_territory, unassign_rep
from app.organisations.commands.territories import change_territory, create_territory
from app.organisations.operations import FirstUser, NewOrganisation

__all__ = [
    "Details",
    "FirstUser",
    "NewMove",
    "NewOrganisation",
    "activate_organisation",
    "add_group_members",
    "assign_rep",
    "assign_territory",
    "cancel_organisation_move",
    "carry_out_move",
    "change_organisation",
    "change_relationship_terms",
    "change_territory",
    "close_relationship",
    "create_customer_group",
    "create_customer_level",
    "create_organisation",
    "create_territory",
    "move_organisation",
    "open_relationship",
    "refuse_move",
    "remove_group_members",
    "tell_relationship_end",
    "unassign_rep",
]
