"""What organisations may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class OrganisationClosed(Refused):
    """The organisation trades no more."""

    code: ClassVar = "ORGANISATION_CLOSED"
    text: ClassVar = "{name} is closed and does not trade."
    field_path: ClassVar = "organisationId"
    name: str


@dataclass(eq=False)
class RelationshipClosed(Refused):
    """The relationship has ended, or has not begun."""

    code: ClassVar = "RELATIONSHIP_CLOSED"
    text: ClassVar = "The trading relationship with {seller} is not valid at this time."
    field_path: ClassVar = "relationshipId"
    seller: str


@dataclass(eq=False)
class RelationshipExists(Refused):
    """An open relationship between the two exists."""

    code: ClassVar = "RELATIONSHIP_EXISTS"
    text: ClassVar = "{buyer} already buys from {seller}."
    field_path: ClassVar = "buyerId"
    seller: str
    buyer: str


@dataclass(eq=False)
class LevelNameTaken(Refused):
    """The seller has a level of this name."""

    code: ClassVar = "LEVEL_NAME_TAKEN"
    text: ClassVar = "A customer level named {name} exists already."
    field_path: ClassVar = "name"
    name: str


@dataclass(eq=False)
class GroupNameTaken(Refused):
    """The seller has a group of this name."""

    code: ClassVar = "GROUP_NAME_TAKEN"
    text: ClassVar = "A customer group named {name} exists already."
    field_path: ClassVar = "name"
    name: str


@dataclass(eq=False)
class TerritoryNameTaken(Refused):
    """The seller has a territory of this name."""

    code: ClassVar = "TERRITORY_NAME_TAKEN"
    text: ClassVar = "A territory named {name} exists already."
    field_path: ClassVar = "name"
    name: str


@dataclass(eq=False)
class TerritoryInLoop(Refused):
    """A territory cannot lie within one that lies within it."""

    code: ClassVar = "TERRITORY_IN_LOOP"
    text: ClassVar = "{territory} cannot lie within {parent}, which lies within {territory}."
    field_path: ClassVar = "parentId"
    territory: str
    parent: str
