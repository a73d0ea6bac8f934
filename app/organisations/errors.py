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
class OrganisationPrepared(Refused):
    """The organisation is made ready, and was not activated yet."""

    code: ClassVar = "ORGANISATION_PREPARED"
    text: ClassVar = "{name} is being prepared and does not trade yet."
    field_path: ClassVar = "organisationId"
    name: str


@dataclass(eq=False)
class NoEndPlanned(Refused):
    """The relationship has no end that could be taken back."""

    code: ClassVar = "NO_END_PLANNED"
    text: ClassVar = "No end of the trading relationship is planned."
    field_path: ClassVar = "relationshipId"


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
class AddressLabelTaken(Refused):
    """The organisation has an address of this label."""

    code: ClassVar = "ADDRESS_LABEL_TAKEN"
    text: ClassVar = "An address with the label {label} exists already."
    field_path: ClassVar = "address.label"
    label: str


@dataclass(eq=False)
class DeliveryDayClosed(Refused):
    """No goods are taken at the address on that day."""

    code: ClassVar = "DELIVERY_DAY_CLOSED"
    text: ClassVar = "{label} takes no goods on {day}."
    field_path: ClassVar = "requestedDeliveryOn"
    label: str
    day: str


@dataclass(eq=False)
class RequestDecided(Refused):
    """A request that was approved, refused or withdrawn stays so."""

    code: ClassVar = "REQUEST_DECIDED"
    text: ClassVar = "The request is {state} and cannot be changed any more."
    field_path: ClassVar = "requestId"
    state: str


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


@dataclass(eq=False)
class OrganisationIsTop(Refused):
    """What stands at the top of the network has nobody to be moved away from."""

    code: ClassVar = "ORGANISATION_IS_TOP"
    text: ClassVar = "{name} stands at the top of the network and cannot be moved."
    field_path: ClassVar = "organisationId"
    name: str


@dataclass(eq=False)
class OwnBranch(Refused):
    """A branch is moved by those above it."""

    code: ClassVar = "OWN_BRANCH"
    text: ClassVar = "{name} is your own organisation; only those above it can move it."
    field_path: ClassVar = "organisationId"
    name: str


@dataclass(eq=False)
class OrganisationInLoop(Refused):
    """An organisation cannot stand below itself or what stands below it."""

    code: ClassVar = "ORGANISATION_IN_LOOP"
    text: ClassVar = "{name} cannot stand below {parent}, which is part of its branch."
    field_path: ClassVar = "newParentId"
    name: str
    parent: str


@dataclass(eq=False)
class AlreadyBelow(Refused):
    """The organisation stands there already."""

    code: ClassVar = "ALREADY_BELOW"
    text: ClassVar = "{name} stands directly below {parent} already."
    field_path: ClassVar = "newParentId"
    name: str
    parent: str


@dataclass(eq=False)
class TreeTooDeep(Refused):
    """A network has no more levels than this."""

    code: ClassVar = "TREE_TOO_DEEP"
    text: ClassVar = "Below {parent} this would be level {levels} of the network; {most} may be."
    field_path: ClassVar = "parentId"
    parent: str
    levels: int
    most: int


@dataclass(eq=False)
class MovePlanned(Refused):
    """The own organisation has planned a move of the same branch."""

    code: ClassVar = "MOVE_PLANNED"
    text: ClassVar = "A move of {name} is planned for {effective_at} already; cancel it first."
    field_path: ClassVar = "organisationId"
    name: str
    effective_at: str


@dataclass(eq=False)
class MoveDecided(Refused):
    """A move that is done, cancelled or refused stays so."""

    code: ClassVar = "MOVE_DECIDED"
    text: ClassVar = "The move is {state}; only a planned one can be cancelled."
    field_path: ClassVar = "moveId"
    state: str


@dataclass(eq=False)
class MovedMeanwhile(Refused):
    """The branch stands elsewhere than when its move was planned."""

    code: ClassVar = "MOVED_MEANWHILE"
    text: ClassVar = "{name} has been moved elsewhere since this was planned."
    field_path: ClassVar = "organisationId"
    name: str


@dataclass(eq=False)
class ConsentDecided(Refused):
    """A consent that was refused or withdrawn stays so, and an accepted one is accepted once."""

    code: ClassVar = "CONSENT_DECIDED"
    text: ClassVar = "The consent is {state} already."
    field_path: ClassVar = "verdict"
    state: str


@dataclass(eq=False)
class ConsentOfBelow(Refused):
    """Whether a permission reaches down is decided by the organisation that it would reach."""

    code: ClassVar = "CONSENT_OF_BELOW"
    text: ClassVar = "It is for {name} to accept or refuse; you can withdraw what you asked for."
    field_path: ClassVar = "verdict"
    name: str


@dataclass(eq=False)
class ConsentOutOfLine(Refused):
    """Nothing reaches down from who stands above no more."""

    code: ClassVar = "CONSENT_OUT_OF_LINE"
    text: ClassVar = "{name} does not stand above you any more."
    field_path: ClassVar = "consentId"
    name: str
