"""What roles allow and what of the API they open, before anybody is given them (R3-32, R3-33)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, cast

import strawberry
from strawberry import relay
from strawberry.types.base import StrawberryObjectDefinition

from app.kernel.actor import Scope
from app.people.queries import previews
from app.rbac.guard import declaration_of
from app.rbac.permissions import Permission
from app.rbac.rules import Allowed, Change, Difference, Right
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.ids import key_of
from app.schema.members import Membership
from app.schema.operation import OPERATION, query
from app.schema.refusals import Refusal
from app.schema.roles import RoleGrant, RoleGrantInput


@strawberry.enum
class RootKind(StrEnum):
    """How a root field of this API is asked for."""

    QUERY = "QUERY"
    MUTATION = "MUTATION"
    SUBSCRIPTION = "SUBSCRIPTION"


@strawberry.type
class OpenedField:
    """A root field of this API, and the permissions of which any one opens it."""

    kind: RootKind
    name: str
    permissions: list[Permission]


@strawberry.type
class PreviewedRight:
    """What is allowed of one permission, in a sentence with its reach, and what it opens."""

    permission: Permission
    sentence: str = strawberry.field(description="What the person may do, and how far.")
    scope: Scope | None = strawberry.field(
        description="How far it reaches; null where a denial takes all of it away."
    )
    granted_scope: Scope = strawberry.field(
        description="How far it would reach if nothing were denied."
    )
    is_curtailed: bool = strawberry.field(description="Whether a denial takes some of it away.")
    opens: list[OpenedField] = sized(
        8, description="The root fields of this API that it opens, by kind and name."
    )

    @classmethod
    def of(cls, found: Allowed, opened: Mapping[str, list[OpenedField]]) -> "PreviewedRight":
        """Show what is allowed."""
        permission, scope = found.permission, found.scope
        taken = f"Taken away by a denial: {permission.sentence}"
        return cls(
            permission=permission,
            sentence=permission.sentence_in(scope) if scope else taken,
            scope=scope,
            granted_scope=found.granted,
            is_curtailed=found.is_curtailed,
            opens=opened.get(permission, []) if scope else [],
        )


@strawberry.type
class RoleDifference:
    """What two roles say otherwise of one permission; null where one of them says nothing."""

    permission: Permission
    sentence: str
    one: RoleGrant | None
    other: RoleGrant | None

    @classmethod
    def of(cls, found: Difference) -> "RoleDifference":
        """Show a difference."""
        return cls(
            permission=found.permission,
            sentence=found.permission.sentence,
            one=found.one and RoleGrant.of(found.one),
            other=found.other and RoleGrant.of(found.other),
        )


@strawberry.type
class RightChange:
    """How far a permission reaches before and after; null where it is not held."""

    permission: Permission
    sentence: str
    before: Scope | None
    after: Scope | None

    @classmethod
    def of(cls, found: Change) -> "RightChange":
        """Show a change."""
        return cls(
            permission=found.permission,
            sentence=found.permission.sentence,
            before=found.before,
            after=found.after,
        )


@strawberry.type
class AssignmentPreview:
    """What assigning roles would change for a person; nothing is written."""

    membership: Membership
    changes: list[RightChange] = sized(20, description="What reaches otherwise, by permission.")
    opens: list[OpenedField] = sized(
        40, description="Root fields of this API that nothing opened for the person before."
    )
    closes: list[OpenedField] = sized(
        40, description="Root fields of this API that nothing would open any more."
    )


@strawberry.type
class RolePreview:
    """What a person could do who held these roles and nothing else."""

    rights: list[PreviewedRight] = sized(40, description="What is allowed, by permission.")


PreviewRoleResult = Annotated[RolePreview | Refusal, strawberry.union("PreviewRoleResult")]
PreviewAssignmentResult = Annotated[
    AssignmentPreview | Refusal, strawberry.union("PreviewAssignmentResult")
]


@lru_cache(maxsize=4)
def _openings(schema: strawberry.Schema) -> tuple[OpenedField, ...]:
    """Return every root field that a permission opens, by kind and name."""
    found: list[OpenedField] = []
    for kind in RootKind:
        root = schema.get_type_by_name(kind.capitalize())
        for field in cast("StrawberryObjectDefinition", root).fields:
            operation = field.metadata.get(OPERATION)
            permissions = list(declaration_of(operation).permissions) if operation else []
            if permissions:
                name = schema.config.name_converter.get_graphql_name(field)
                found.append(OpenedField(kind=kind, name=name, permissions=permissions))
    return tuple(sorted(found, key=lambda each: (list(RootKind).index(each.kind), each.name)))


def _by_permission(openings: Iterable[OpenedField]) -> Mapping[str, list[OpenedField]]:
    opened: dict[str, list[OpenedField]] = defaultdict(list)
    for opening in openings:
        for permission in opening.permissions:
            opened[permission].append(opening)
    return opened


def _turned(
    openings: Iterable[OpenedField], gained: Collection[str], other: Collection[str]
) -> list[OpenedField]:
    """Name the fields that what is held in one case opens, and what is held in the other not."""
    return [
        opening
        for opening in openings
        if not set(opening.permissions).isdisjoint(gained)
        and set(opening.permissions).isdisjoint(other)
    ]


@strawberry.type
class RolePreviewsQuery:
    """Questions about what roles would do."""

    @query(previews.preview_rights)
    async def preview_role(
        self,
        info: Info,
        role_ids: list[relay.GlobalID] = [],  # noqa: B006  # strawberry's way to write a default
        grants: list[RoleGrantInput] = [],  # noqa: B006
    ) -> PreviewRoleResult:
        """What one could do who held these roles, and grants that no role has yet, together."""
        keys = [key_of(each, "Role") for each in role_ids]
        rights: list[Right] = [each.right() for each in grants]
        async with info.context.read() as work:
            found = await previews.preview_rights(work, keys, rights)
        opened = _by_permission(_openings(info.schema))
        return RolePreview(rights=[PreviewedRight.of(each, opened) for each in found])

    @list_size(20)
    @query(previews.compare_roles)
    async def compare_roles(
        self, info: Info, role_id: relay.GlobalID, other_role_id: relay.GlobalID
    ) -> list[RoleDifference]:
        """What two roles say otherwise, by permission; empty where they grant and deny the same."""
        one, other = key_of(role_id, "Role"), key_of(other_role_id, "Role")
        async with info.context.read() as work:
            return [
                RoleDifference.of(each) for each in await previews.compare_roles(work, one, other)
            ]

    @query(previews.preview_assignment)
    async def preview_assignment(
        self, info: Info, membership_id: relay.GlobalID, role_ids: list[relay.GlobalID]
    ) -> PreviewAssignmentResult:
        """What `assignRoles` would change, or why it would be refused; nothing is written."""
        key = key_of(membership_id, "Membership")
        roles = [key_of(each, "Role") for each in role_ids]
        async with info.context.read() as work:
            found = await previews.preview_assignment(work, key, roles)
        openings = _openings(info.schema)
        before, after = found.held
        return AssignmentPreview(
            membership=Membership.of(found.membership),
            changes=[RightChange.of(each) for each in found.changes],
            opens=_turned(openings, after, before),
            closes=_turned(openings, before, after),
        )
