"""Who the caller is and what they may do (`viewer { permissions }`)."""

import strawberry
from strawberry import relay

from app.kernel.actor import Actor, Scope
from app.rbac.permissions import Permission
from app.rbac.queries import viewer
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.operation import query

PermissionEnum = strawberry.enum(Permission, name="Permission")
ScopeEnum = strawberry.enum(Scope, name="Scope")


@strawberry.type
class GrantedPermission:
    """A permission the viewer holds, and how far it reaches."""

    permission: PermissionEnum  # pyright: ignore[reportInvalidTypeForm]
    scope: ScopeEnum  # pyright: ignore[reportInvalidTypeForm]
    sentence: str


@strawberry.type
class Viewer:
    """The signed-in person, acting in one organisation."""

    name: str
    roles: list[str]
    permissions: list[GrantedPermission] = sized(50)
    organisation_id: relay.GlobalID | None

    @classmethod
    def of(cls, actor: Actor) -> "Viewer":
        """Show an actor; permissions come in alphabetical order."""
        organisation = actor.organisation_id
        return cls(
            name=actor.name,
            roles=list(actor.roles),
            permissions=[
                GrantedPermission(
                    permission=Permission(name),
                    scope=scope,
                    sentence=Permission(name).sentence,
                )
                for name, scope in sorted(actor.grants.items())
            ],
            organisation_id=relay.GlobalID("Organisation", str(organisation))
            if organisation
            else None,
        )


@strawberry.type
class ViewerQuery:
    """Questions about the caller."""

    @query(viewer)
    async def viewer(self, info: Info) -> Viewer:
        """Say who the caller is and what they may do."""
        async with info.context.read() as work:
            return Viewer.of(await viewer(work))
