"""What becomes of roles: cloned, retired, taken up again, replaced; and who holds them (R3-32)."""

from typing import Annotated

import strawberry
from strawberry import relay

from app.people.commands import retiring
from app.people.commands import roles as commands
from app.people.queries import holders
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.members import Membership
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.roles import Role


@strawberry.input
class CloneRoleInput:
    """A role to copy, built-in or not, and the organisation that shall have the copy."""

    role_id: relay.GlobalID
    organisation_id: relay.GlobalID
    name: str
    description: str | None = strawberry.field(
        default=None, description="Left out, it is that of the role copied."
    )


@strawberry.input
class RetireRoleInput:
    """A role that nobody new shall hold."""

    role_id: relay.GlobalID
    reason: str | None = None


@strawberry.input
class ReinstateRoleInput:
    """A retired role that can be given again."""

    role_id: relay.GlobalID
    reason: str | None = None


@strawberry.input
class ReplaceRoleInput:
    """A role, and the one that its holders shall hold instead."""

    role_id: relay.GlobalID
    replacement_role_id: relay.GlobalID
    reason: str | None = None


@strawberry.type
class RoleReplacement:
    """What came of replacing a role."""

    role: Role
    replacement: Role
    members: int = strawberry.field(
        description="How many people within reach hold the replacement instead."
    )

    @classmethod
    def of(cls, replaced: retiring.Replaced) -> "RoleReplacement":
        """Show what was replaced."""
        return cls(
            role=Role.of(replaced.role),
            replacement=Role.of(replaced.replacement),
            members=replaced.members,
        )


CloneRoleResult = Annotated[Role | Refusal, strawberry.union("CloneRoleResult")]
RetireRoleResult = Annotated[Role | Refusal, strawberry.union("RetireRoleResult")]
ReinstateRoleResult = Annotated[Role | Refusal, strawberry.union("ReinstateRoleResult")]
ReplaceRoleResult = Annotated[RoleReplacement | Refusal, strawberry.union("ReplaceRoleResult")]


@strawberry.type
class RoleChangesQuery:
    """Questions about who holds roles."""

    @query(holders.role_holders)
    async def role_holders(
        self, info: Info, role_id: relay.GlobalID, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Membership]:
        """Who holds a role, by name, as far as one may see people: also of a retired one."""
        key, page = key_of(role_id, "Role"), page_request(first, after)
        async with info.context.read() as work:
            return connection(await holders.role_holders(work, key, page), Membership.of)


@strawberry.type
class RoleChangesMutation:
    """What can be done about the lives of roles."""

    @mutation(commands.clone_role)
    async def clone_role(self, info: Info, input: CloneRoleInput) -> CloneRoleResult:
        """Copy a role into one of an organisation's own; nobody can copy what they do not hold."""
        role_id = key_of(input.role_id, "Role")
        organisation_id = key_of(input.organisation_id, "Organisation")
        row = await info.context.write(
            lambda work: commands.clone_role(
                work, role_id, organisation_id, input.name, input.description
            )
        )
        return Role.of(row)

    @mutation(retiring.retire_role)
    async def retire_role(self, info: Info, input: RetireRoleInput) -> RetireRoleResult:
        """Let nobody new hold a role; whoever holds it keeps it until it is replaced or taken."""
        role_id = key_of(input.role_id, "Role")
        row = await info.context.write(
            lambda work: retiring.retire_role(work, role_id, input.reason)
        )
        return Role.of(row)

    @mutation(retiring.reinstate_role)
    async def reinstate_role(self, info: Info, input: ReinstateRoleInput) -> ReinstateRoleResult:
        """Let a retired role be given again."""
        role_id = key_of(input.role_id, "Role")
        row = await info.context.write(
            lambda work: retiring.reinstate_role(work, role_id, input.reason)
        )
        return Role.of(row)

    @mutation(retiring.replace_role)
    async def replace_role(self, info: Info, input: ReplaceRoleInput) -> ReplaceRoleResult:
        """Give everybody within reach who holds a role another instead, from the next request on.

        All of them or nobody. The role may be built-in, and it may be retired.
        """
        role_id = key_of(input.role_id, "Role")
        replacement_id = key_of(input.replacement_role_id, "Role")
        replaced = await info.context.write(
            lambda work: retiring.replace_role(work, role_id, replacement_id, input.reason)
        )
        return RoleReplacement.of(replaced)
