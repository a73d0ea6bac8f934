"""What an actor may change of organisations and trading relationships."""

from app.organisations.commands.create import (
    FirstUser,
    NewOrganisation,
    create_organisation,
)
from app.organisations.commands.details import Details, change_organisation
from app.organisations.commands.levels import create_customer_level
from app.organisations.commands.relationships import (
    assign_rep,
    change_relationship_terms,
    close_relationship,
    open_relationship,
    unassign_rep,
)

__all__ = [
    "Details",
    "FirstUser",
    "NewOrganisation",
    "assign_rep",
    "change_organisation",
    "change_relationship_terms",
    "close_relationship",
    "create_customer_level",
    "create_organisation",
    "open_relationship",
    "unassign_rep",
]
