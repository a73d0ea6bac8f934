"""What rbac may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class GrantBeyondOwn(Refused):
    """Nobody can grant what they do not hold (F3)."""

    code: ClassVar = "GRANT_BEYOND_OWN"
    text: ClassVar = (
        "You cannot grant {permission} in the scope {scope}: you do not hold it that wide."
    )
    field_path: ClassVar = "grants"
    permission: str
    scope: str


@dataclass(eq=False)
class BuiltInRoleFixed(Refused):
    """Built-in roles never change."""

    code: ClassVar = "BUILT_IN_ROLE_FIXED"
    text: ClassVar = "The built-in role {name} cannot be changed; clone it instead."
    field_path: ClassVar = "roleId"
    name: str


@dataclass(eq=False)
class RoleRetired(Refused):
    """Nobody new is given a retired role."""

    code: ClassVar = "ROLE_RETIRED"
    text: ClassVar = "The role {name} is retired; nobody new can be given it."
    field_path: ClassVar = "roleId"
    name: str


@dataclass(eq=False)
class RoleOutOfPlace(Refused):
    """A role is held in its own organisation and below it, and nowhere else."""

    code: ClassVar = "ROLE_OUT_OF_PLACE"
    text: ClassVar = "The role {name} cannot be held in {organisation}, where the other one is."
    field_path: ClassVar = "replacementRoleId"
    name: str
    organisation: str


@dataclass(eq=False)
class RoleNameTaken(Refused):
    """The organisation has a role of this name."""

    code: ClassVar = "ROLE_NAME_TAKEN"
    text: ClassVar = "A role named {name} exists already."
    field_path: ClassVar = "name"
    name: str


@dataclass(eq=False)
class ScopeNotAllowed(Refused):
    """The permission makes no sense in that scope."""

    code: ClassVar = "SCOPE_NOT_ALLOWED"
    text: ClassVar = "{permission} can be granted in these scopes: {allowed}."
    field_path: ClassVar = "grants"
    permission: str
    allowed: str


@dataclass(eq=False)
class LastAdministrator(Refused):
    """An organisation must keep someone who can manage its members."""

    code: ClassVar = "LAST_ADMINISTRATOR"
    text: ClassVar = "{name} is the last person who can manage members here."
    field_path: ClassVar = "membershipId"
    name: str
