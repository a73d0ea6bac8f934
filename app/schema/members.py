"""Who works in an organisation, with which roles (R3-31, R3-36)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.identities.operations import NewPerson
from app.people.commands import members as commands
from app.people.queries import members as queries
from app.rbac import models
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import cost, list_size
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.roles import Role


@strawberry.type
class Membership(relay.Node):
    """That a person works in an organisation; ended ones keep their name for history."""

    id: relay.NodeID[UUID]
    name: str
    email: str
    joined_at: datetime
    ended_at: datetime | None
    email_proven_at: datetime | None = strawberry.field(
        description="Since when it is known that the e-mail address is theirs, by a link that went "
        "to it; null while nobody knows."
    )
    organisation_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def organisation(
        members: list["Membership"],
        info: Info,
    ) -> list[Organisation | None]:
        """Where the person works."""
        return await organisations_by_id(info, [member.organisation_id for member in members])

    @list_size(3)
    @batch
    @staticmethod
    async def roles(members: list["Membership"], info: Info) -> list[list[Role]]:
        """The roles held here, by name."""
        async with info.context.read() as work:
            held = await queries.roles_of_members(work, [member.id for member in members])
        return [[Role.of(role) for role in of_member] for of_member in held]

    @classmethod
    def of(cls, row: models.Membership) -> "Membership":
        """Show a membership."""
        return cls(
            id=row.id,
            name=row.name,
            email=row.email,
            joined_at=row.joined_at,
            ended_at=row.ended_at,
            email_proven_at=row.email_proven_at,
            organisation_id=row.organisation_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Membership | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await memberships_by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class AddMemberInput:
    """A person to let in; the password counts only if the e-mail is new to the platform."""

    organisation_id: relay.GlobalID
    name: str
    email: str
    initial_password: str
    role_ids: list[relay.GlobalID]


@strawberry.input
class AssignRolesInput:
    """All roles that the membership shall hold from now on."""

    membership_id: relay.GlobalID
    role_ids: list[relay.GlobalID]
    reason: str | None = None


@strawberry.input
class EndMembershipInput:
    """The membership to end."""

    membership_id: relay.GlobalID


@strawberry.input
class RenameMemberInput:
    """What to call a member from now on."""

    membership_id: relay.GlobalID
    name: str


AddMemberResult = Annotated[Membership | Refusal, strawberry.union("AddMemberResult")]
AssignRolesResult = Annotated[Membership | Refusal, strawberry.union("AssignRolesResult")]
RenameMemberResult = Annotated[Membership | Refusal, strawberry.union("RenameMemberResult")]
EndMembershipResult = Annotated[Membership | Refusal, strawberry.union("EndMembershipResult")]


async def memberships_by_id(info: Info, ids: Sequence[UUID]) -> list[Membership | None]:
    """Load memberships in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        rows = await queries.memberships_by_id(work, ids)
    return [Membership.of(row) if row else None for row in rows]


@strawberry.type
class MembersQuery:
    """Questions about who works where."""

    @query(queries.members)
    async def members(
        self,
        info: Info,
        organisation_id: relay.GlobalID,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Membership]:
        """Who works in an organisation, by name."""
        key, page = key_of(organisation_id, "Organisation"), page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.members(work, key, page), Membership.of)


@strawberry.type
class MembersMutation:
    """What can be done about who works where."""

    @cost(100)
    @mutation(commands.add_member)
    async def add_member(self, info: Info, input: AddMemberInput) -> AddMemberResult:
        """Let a person work in an organisation, whether or not the platform knows the e-mail."""
        key = key_of(input.organisation_id, "Organisation")
        person = NewPerson(input.name, input.email, input.initial_password)
        roles = _role_keys(input.role_ids)
        row = await info.context.write(lambda work: commands.add_member(work, key, person, roles))
        return Membership.of(row)

    @mutation(commands.assign_roles)
    async def assign_roles(self, info: Info, input: AssignRolesInput) -> AssignRolesResult:
        """Replace the roles of a membership, from its next request on."""
        key, roles = key_of(input.membership_id, "Membership"), _role_keys(input.role_ids)
        row = await info.context.write(
            lambda work: commands.assign_roles(work, key, roles, input.reason)
        )
        return Membership.of(row)

    @mutation(commands.rename_member)
    async def rename_member(self, info: Info, input: RenameMemberInput) -> RenameMemberResult:
        """Call a member otherwise; what they have done stays under the name of that time."""
        key = key_of(input.membership_id, "Membership")
        row = await info.context.write(lambda work: commands.rename_member(work, key, input.name))
        return Membership.of(row)

    @mutation(commands.end_membership)
    async def end_membership(self, info: Info, input: EndMembershipInput) -> EndMembershipResult:
        """End a membership, and with it whatever its tokens could do."""
        key = key_of(input.membership_id, "Membership")
        row = await info.context.write(lambda work: commands.end_membership(work, key))
        return Membership.of(row)


def _role_keys(ids: list[relay.GlobalID]) -> list[UUID]:
    return [key_of(item, "Role") for item in ids]
