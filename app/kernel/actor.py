"""Who acts: a person in one organisation of one tenant, platform staff, or the system itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

_WIDTH = {"OWN": 1, "ASSIGNED": 2, "ORGANISATION": 3, "BRANCH": 4, "TENANT": 5}


class Scope(StrEnum):
    """How far a permission reaches, from narrow to wide."""

    OWN = "OWN"
    ASSIGNED = "ASSIGNED"
    ORGANISATION = "ORGANISATION"
    BRANCH = "BRANCH"
    TENANT = "TENANT"

    @property
    def width(self) -> int:
        """The scope's place from narrow (1) to wide (5)."""
        return _WIDTH[self.value]

    def covers(self, other: "Scope") -> bool:
        """Whether whatever `other` reaches is reached by this scope too."""
        return self.width >= other.width


@dataclass(frozen=True, slots=True)
class Actor:
    """The party that a Work acts as; `grants` maps a permission to its widest scope.

    `address` is the network address that the request came from; jobs have none. Software with an
    API key is `answered_by` the membership that made the key. A sign-in that a network's own
    provider vouches for is `confined_to` that network.
    """

    tenant_id: UUID | None
    identity_id: UUID | None
    membership_id: UUID | None
    organisation_id: UUID | None
    name: str
    grants: Mapping[str, Scope] = field(default_factory=dict[str, Scope])
    roles: tuple[str, ...] = ()
    session_id: UUID | None = None
    is_system: bool = False
    address: str | None = None
    answered_by: UUID | None = None
    confined_to: UUID | None = None

    def may(self, permission: str) -> bool:
        """Whether the permission is held in any scope."""
        return self.is_system or permission in self.grants

    def scope_of(self, permission: str) -> Scope:
        """Return the widest scope held; the permission must be held."""
        return Scope.TENANT if self.is_system else self.grants[permission]

    @property
    def own_organisation(self) -> UUID:
        """The organisation acted for; only people and workers of a tenant have one."""
        if self.organisation_id is None:
            msg = "this actor stands in no organisation"
            raise LookupError(msg)
        return self.organisation_id


def system_actor(tenant_id: UUID | None, name: str) -> Actor:
    """Return the actor of jobs and events: every permission, no person behind it."""
    return Actor(tenant_id, None, None, None, name, is_system=True)
