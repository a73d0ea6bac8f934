"""Invitations of people by e-mail: sent, sent again, withdrawn, accepted (R3-6, R3-31)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.identities.one_time_tokens import OneTimeKeys
from app.people.commands import invitations as commands
from app.people.queries import invitations as queries
from app.people.queries.invitations import ShownInvitation
from app.people.rules import InvitationState
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import cost, list_size
from app.schema.ids import key_of
from app.schema.members import Membership, memberships_by_id
from app.schema.operation import mutation, query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.roles import Role
from app.schema.sign_in import Workplace

strawberry.enum(InvitationState, description=InvitationState.__doc__)


@strawberry.type
class Invitation(relay.Node):
    """That the owner of an e-mail may join an organisation, once.

    It says nothing of whether that person has a sign-in. `decidedAt` is when it was accepted or
    withdrawn.
    """

    id: relay.NodeID[UUID]
    email: str
    name: str
    state: InvitationState
    invited_at: datetime
    sent_at: datetime = strawberry.field(description="When its last letter was written.")
    sendings: int = strawberry.field(description="How often it was sent.")
    expires_at: datetime
    decided_at: datetime | None
    organisation_id: strawberry.Private[UUID]
    invited_by_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def organisation(
        invitations: list["Invitation"],
        info: Info,
    ) -> list[Organisation | None]:
        """Where the person is to work."""
        return await organisations_by_id(info, [each.organisation_id for each in invitations])

    @batch
    @staticmethod
    async def invited_by(
        invitations: list["Invitation"],
        info: Info,
    ) -> list[Membership | None]:
        """Who invited; null where the viewer may not see that."""
        return await memberships_by_id(info, [each.invited_by_id for each in invitations])

    @list_size(3)
    @batch
    @staticmethod
    async def roles(invitations: list["Invitation"], info: Info) -> list[list[Role]]:
        """The roles that the person will hold, by name."""
        async with info.context.read() as work:
            found = await queries.roles_of_invitations(work, [each.id for each in invitations])
        return [[Role.of(role) for role in found.get(each.id, [])] for each in invitations]

    @classmethod
    def of(cls, shown: ShownInvitation) -> "Invitation":
        """Show an invitation."""
        row = shown.row
        return cls(
            id=row.id,
            email=row.email,
            name=row.name,
            state=shown.state,
            invited_at=row.invited_at,
            sent_at=row.sent_at,
            sendings=row.sendings,
            expires_at=row.expires_at,
            decided_at=row.decided_at,
            organisation_id=row.organisation_id,
            invited_by_id=row.invited_by_membership_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Invitation | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.invitations_by_id(work, ids), Invitation.of)


@strawberry.input
class InviteMemberInput:
    """Whom to invite where; `name` is how the letter calls the person, who may choose another."""

    organisation_id: relay.GlobalID
    name: str
    email: str
    role_ids: list[relay.GlobalID]
    days: int | None = strawberry.field(
        default=None, description="How long it is good, 1 to 60 days; left out, 14."
    )

    def new(self) -> commands.NewInvitation:
        """Return what the command understands."""
        return commands.NewInvitation(
            organisation_id=key_of(self.organisation_id, "Organisation"),
            name=self.name,
            email=self.email,
            role_ids=[key_of(role, "Role") for role in self.role_ids],
            days=self.days,
        )


@strawberry.input
class ResendInvitationInput:
    """An open or expired invitation to send again."""

    invitation_id: relay.GlobalID
    days: int | None = strawberry.field(
        default=None, description="How long it is good from now, 1 to 60 days; left out, 14."
    )


@strawberry.input
class WithdrawInvitationInput:
    """An invitation to take back."""

    invitation_id: relay.GlobalID


@strawberry.input
class AcceptInvitationInput:
    """The token behind the `#` of the link."""

    token: str


@strawberry.input
class JoinByInvitationInput:
    """The token behind the `#` of the link, and who joins."""

    token: str
    name: str
    password: str


InviteMemberResult = Annotated[Invitation | Refusal, strawberry.union("InviteMemberResult")]
ResendInvitationResult = Annotated[Invitation | Refusal, strawberry.union("ResendInvitationResult")]
WithdrawInvitationResult = Annotated[
    Invitation | Refusal, strawberry.union("WithdrawInvitationResult")
]
AcceptInvitationResult = Annotated[Workplace | Refusal, strawberry.union("AcceptInvitationResult")]
JoinByInvitationResult = Annotated[Workplace | Refusal, strawberry.union("JoinByInvitationResult")]


@strawberry.type
class InvitationsQuery:
    """Questions about invitations."""

    @query(queries.invitations)
    async def invitations(
        self,
        info: Info,
        organisation_id: relay.GlobalID,
        state: InvitationState | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Invitation]:
        """An organisation's invitations, the newest first, or those in one state."""
        key, page = key_of(organisation_id, "Organisation"), page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.invitations(work, key, page, state), Invitation.of)


@strawberry.type
class InvitationsMutation:
    """What can be done about invitations."""

    @mutation(commands.invite_member)
    async def invite_member(self, info: Info, input: InviteMemberInput) -> InviteMemberResult:
        """Invite somebody by e-mail to work in an organisation, whether or not they can sign in."""
        new = input.new()
        row = await info.context.write(lambda work: commands.invite_member(work, new))
        return Invitation.of(ShownInvitation(row, InvitationState(row.state)))

    @mutation(commands.resend_invitation)
    async def resend_invitation(
        self, info: Info, input: ResendInvitationInput
    ) -> ResendInvitationResult:
        """Send an invitation again: good anew, and earlier links are void."""
        key = key_of(input.invitation_id, "Invitation")
        row = await info.context.write(
            lambda work: commands.resend_invitation(work, key, input.days)
        )
        return Invitation.of(ShownInvitation(row, InvitationState(row.state)))

    @mutation(commands.withdraw_invitation)
    async def withdraw_invitation(
        self, info: Info, input: WithdrawInvitationInput
    ) -> WithdrawInvitationResult:
        """Take an invitation back, so that its link is void."""
        key = key_of(input.invitation_id, "Invitation")
        row = await info.context.write(lambda work: commands.withdraw_invitation(work, key))
        return Invitation.of(ShownInvitation(row, InvitationState(row.state)))

    @mutation(commands.accept_invitation)
    async def accept_invitation(
        self, info: Info, input: AcceptInvitationInput
    ) -> AcceptInvitationResult:
        """Join an organisation as whoever is signed in; `actAs` then acts there."""
        keys = OneTimeKeys(info.context.services.keys.secret)
        return Workplace.of(
            await info.context.write_as_person(
                lambda work: commands.accept_invitation(work, keys, input.token)
            )
        )

    @cost(100)
    @mutation(commands.join_by_invitation)
    async def join_by_invitation(
        self, info: Info, input: JoinByInvitationInput
    ) -> JoinByInvitationResult:
        """Join an organisation with a new name and password; sign in with them then."""
        keys = OneTimeKeys(info.context.services.keys.secret)
        newcomer = commands.Newcomer(input.name, input.password)
        return Workplace.of(
            await info.context.write_as_anyone(
                lambda work: commands.join_by_invitation(work, keys, input.token, newcomer)
            )
        )
