"""Roles, what they grant, and the catalogue of permissions (R3-32, R3-33)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.actor import Scope
from app.people.commands import roles as commands
from app.people.queries import members as queries
from app.rbac import models
from app.rbac.permissions import Permission
from app.rbac.queries import permission_catalogue
from app.rbac.rules import Effect, Right
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(Effect, name="GrantEffect", description=Effect.__doc__)


@strawberry.type
class CataloguePermission:
    """A permission that roles can grant, and the scopes in which it makes sense, from narrow."""

    permission: Permission
    sentence: str
    scopes: list[Scope]

    @classmethod
    def of(cls, permission: Permission) -> "CataloguePermission":
        """Show a permission."""
        return cls(
            permission=permission, sentence=permission.sentence, scopes=list(permission.scopes)
        )


@strawberry.type
class RoleGrant:
    """One line of a role; a DENY takes its scope and every wider one from other roles too."""

    permission: Permission
    scope: Scope
    effect: Effect

    @classmethod
    def of(cls, right: Right) -> "RoleGrant":
        """Show a right."""
        return cls(permission=right.permission, scope=right.scope, effect=right.effect)


@strawberry.type
class Role(relay.Node):
    """A named set of grants; built-in roles never change, others belong to an organisation."""

    id: relay.NodeID[UUID]
    name: str
    description: str
    is_built_in: bool
    created_at: datetime
    retired_at: datetime | None = strawberry.field(
        description="Since when nobody new is given it; whoever holds it keeps it."
    )
    organisation_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def organisation(roles: list["Role"], info: Info) -> list[Organisation | None]:
        """Whose role it is; null for built-in roles."""
        return await organisations_by_id(info, [role.organisation_id for role in roles])

    @list_size(40)
    @batch
    @staticmethod
    async def grants(roles: list["Role"], info: Info) -> list[list[RoleGrant]]:
        """What the role grants, by permission."""
        async with info.context.read() as work:
            rights = await queries.rights_of_roles(work, [role.id for role in roles])
        return [[RoleGrant.of(right) for right in of_role] for of_role in rights]

    @classmethod
    def of(cls, row: models.Role) -> "Role":
        """Show a role."""
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            is_built_in=row.code is not None,
            created_at=row.created_at,
            retired_at=row.retired_at,
            organisation_id=row.organisation_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Role | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await roles_by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class RoleGrantInput:
    """One line of a role."""

    permission: Permission
    scope: Scope
    effect: Effect = Effect.ALLOW

    def right(self) -> Right:
        """Put it in the domain's words."""
        return Right(self.permission, self.scope, self.effect)


@strawberry.input
class CreateRoleInput:
    """A role of an organisation, to be assigned there and below."""

    organisation_id: relay.GlobalID
    name: str
    grants: list[RoleGrantInput]
    description: str = ""


@strawberry.input
class ChangeRoleInput:
    """All that the role shall be from now on; grants left out are taken away."""

    role_id: relay.GlobalID
    name: str
    grants: list[RoleGrantInput]
    description: str = ""


CreateRoleResult = Annotated[Role | Refusal, strawberry.union("CreateRoleResult")]
ChangeRoleResult = Annotated[Role | Refusal, strawberry.union("ChangeRoleResult")]


async def roles_by_id(info: Info, ids: Sequence[UUID]) -> list[Role | None]:
    """Load roles in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        rows = await queries.roles_by_id(work, ids)
    return [Role.of(row) if row else None for row in rows]


@strawberry.type
class RolesQuery:
    """Questions about roles."""

    @query(queries.roles)
    async def roles(
        self,
        info: Info,
        is_retired: bool | None = None,  # noqa: FBT001  # an argument of the API
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Role]:
        """The built-in roles and those of the organisations one looks after, by name.

        All of them, or only those that can be given, or only the retired ones.
        """
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.roles(work, page, is_retired=is_retired)
            return connection(found, Role.of)

    @query(queries.role)
    async def role(self, info: Info, id: relay.GlobalID) -> Role:
        """One role."""
        key = key_of(id, "Role")
        async with info.context.read() as work:
            return Role.of(await queries.role(work, key))

    @list_size(60)
    @query(permission_catalogue)
    async def permission_catalogue(self, info: Info) -> list[CataloguePermission]:
        """Every permission that a role can grant, by name."""
        async with info.context.read() as work:
            return [CataloguePermission.of(item) for item in await permission_catalogue(work)]


@strawberry.type
class RolesMutation:
    """What can be done about roles."""

    @mutation(commands.create_role)
    async def create_role(self, info: Info, input: CreateRoleInput) -> CreateRoleResult:
        """Make a role; nobody can grant what they do not hold."""
        organisation_id = key_of(input.organisation_id, "Organisation")
        rights = [grant.right() for grant in input.grants]
        row = await info.context.write(
            lambda work: commands.create_role(
                work, organisation_id, input.name, input.description, rights
            )
        )
        return Role.of(row)

    @mutation(commands.change_role)
    async def change_role(self, info: Info, input: ChangeRoleInput) -> ChangeRoleResult:
        """Change a role for all who hold it, from their next request on."""
        role_id = key_of(input.role_id, "Role")
        rights = [grant.right() for grant in input.grants]
        row = await info.context.write(
            lambda work: commands.change_role(work, role_id, input.name, input.description, rights)
        )
        return Role.of(row)
