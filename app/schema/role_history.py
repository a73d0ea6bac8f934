"""Roles held for a term, and what became of roles and of people's roles (R3-32)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.people.commands import terms
from app.people.queries import history
from app.people.queries.members import assignments_of_member
from app.rbac.assignments import Assignment
from app.rbac.rules import Term
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.ids import key_of
from app.schema.members import Membership, memberships_by_id
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.role_previews import RoleDifference
from app.schema.roles import Role


@strawberry.type
class RoleAssignment:
    """A role that somebody holds, and from when until when; null stands for ever."""

    role: Role
    valid_from: datetime | None
    valid_until: datetime | None

    @classmethod
    def of(cls, found: Assignment) -> "RoleAssignment":
        """Show an assignment."""
        return cls(
            role=Role.of(found.role), valid_from=found.term.begins, valid_until=found.term.ends
        )


@strawberry.type
class RoleEvent:
    """One change in the history of a role, or of a person's roles."""

    at: datetime
    action: str = strawberry.field(description="What was done, as the audit trail calls it.")
    actor_name: str | None = strawberry.field(
        description="Who did it; null where the viewer does not see who works there."
    )
    reason: str | None
    given: list[Role] = sized(2, description="The roles that the person got.")
    taken: list[Role] = sized(2, description="The roles that the person lost.")
    valid_from: datetime | None
    valid_until: datetime | None = strawberry.field(
        description="Until when what was given counts; null stands for ever."
    )
    differences: list[RoleDifference] = sized(
        5, description="What the role itself grants otherwise since: `one` is before it."
    )
    membership_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def person(events: list["RoleEvent"], info: Info) -> list[Membership | None]:
        """Whose roles changed; null for a change of the role itself."""
        ids = [event.membership_id for event in events if event.membership_id]
        found = dict(zip(ids, await memberships_by_id(info, ids), strict=True)) if ids else {}
        return [found.get(event.membership_id) if event.membership_id else None for event in events]

    @classmethod
    def of(cls, found: history.Passage) -> "RoleEvent":
        """Show a change."""
        return cls(
            at=found.at,
            action=found.action,
            actor_name=found.actor_name,
            reason=found.reason,
            given=[Role.of(role) for role in found.given],
            taken=[Role.of(role) for role in found.taken],
            valid_from=found.term.begins,
            valid_until=found.term.ends,
            differences=[RoleDifference.of(each) for each in found.changed],
            membership_id=found.membership_id,
        )


@strawberry.input
class GiveRoleInput:
    """One further role for somebody, or another term of one that they hold."""

    membership_id: relay.GlobalID
    role_id: relay.GlobalID
    valid_from: datetime | None = strawberry.field(
        default=None, description="When it begins to count; left out, at once."
    )
    valid_until: datetime | None = strawberry.field(
        default=None, description="When it ceases to count; left out, it does not."
    )
    reason: str | None = None

    def gift(self) -> terms.Gift:
        """Return what the command understands."""
        return terms.Gift(
            key_of(self.membership_id, "Membership"),
            key_of(self.role_id, "Role"),
            Term(self.valid_from, self.valid_until),
            self.reason,
        )


@strawberry.input
class TakeRoleInput:
    """A role that somebody shall hold no more."""

    membership_id: relay.GlobalID
    role_id: relay.GlobalID
    reason: str | None = None


GiveRoleResult = Annotated[Membership | Refusal, strawberry.union("GiveRoleResult")]
TakeRoleResult = Annotated[Membership | Refusal, strawberry.union("TakeRoleResult")]


@strawberry.type
class RoleHistoryQuery:
    """Questions about what became of roles."""

    @list_size(4)
    @query(assignments_of_member)
    async def role_assignments(
        self, info: Info, membership_id: relay.GlobalID
    ) -> list[RoleAssignment]:
        """The roles that a person holds or will hold, with their terms, by name."""
        key = key_of(membership_id, "Membership")
        async with info.context.read() as work:
            return [RoleAssignment.of(each) for each in await assignments_of_member(work, key)]

    @query(history.role_history)
    async def role_history(
        self, info: Info, role_id: relay.GlobalID, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[RoleEvent]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """How a role was changed, and who got it or lost it, newest first."""
        key, page = key_of(role_id, "Role"), page_request(first, after)
        async with info.context.read() as work:
            return connection(await history.role_history(work, key, page), RoleEvent.of)

    @query(history.membership_history)
    async def membership_history(
        self,
        info: Info,
        membership_id: relay.GlobalID,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[RoleEvent]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Which roles a person was given and lost: by whom, when, why, until when; newest first."""
        key, page = key_of(membership_id, "Membership"), page_request(first, after)
        async with info.context.read() as work:
            return connection(await history.membership_history(work, key, page), RoleEvent.of)


@strawberry.type
class RoleHistoryMutation:
    """What can be done about roles held for a term."""

    @mutation(terms.give_role)
    async def give_role(self, info: Info, input: GiveRoleInput) -> GiveRoleResult:
        """Let somebody hold one further role, now or from an instant on, for ever or for a while.

        Of a role that they hold, it is another term.
        """
        gift = input.gift()
        row = await info.context.write(lambda work: terms.give_role(work, gift))
        return Membership.of(row)

    @mutation(terms.take_role)
    async def take_role(self, info: Info, input: TakeRoleInput) -> TakeRoleResult:
        """Let somebody hold a role no more, or not begin to, from the next request on."""
        membership_id = key_of(input.membership_id, "Membership")
        role_id = key_of(input.role_id, "Role")
        row = await info.context.write(
            lambda work: terms.take_role(work, membership_id, role_id, input.reason)
        )
        return Membership.of(row)
