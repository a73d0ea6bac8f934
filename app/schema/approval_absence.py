"""Who decides approvals in whose place while one is away."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.approvals import commands, models, queries
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal


@strawberry.type
class ApprovalDelegation(relay.Node):
    """That a colleague decides in another's place from `startsAt` until `endsAt`, or `endedAt`.

    About everything that the other may decide, or what one rule asks for.
    """

    id: relay.NodeID[UUID]
    from_membership_id: relay.GlobalID
    to_membership_id: relay.GlobalID
    rule_id: relay.GlobalID | None
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: models.ApprovalDelegation) -> "ApprovalDelegation":
        """Show it."""
        return cls(
            id=row.id,
            from_membership_id=relay.GlobalID("Membership", str(row.from_membership_id)),
            to_membership_id=relay.GlobalID("Membership", str(row.to_membership_id)),
            rule_id=relay.GlobalID("ApprovalRule", str(row.rule_id)) if row.rule_id else None,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            ended_at=row.ended_at,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["ApprovalDelegation | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.approval_delegations_by_id(work, ids)
        return [cls.of(found[key]) if key in found else None for key in ids]


@strawberry.type
class ApprovalAbsenceQuery:
    """Questions about who stands in for whom."""

    @query(queries.approval_delegations)
    async def approval_delegations(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[ApprovalDelegation]:
        """Who stands in for the viewer, and for whom the viewer does, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.approval_delegations(work, page)
        return connection(found, ApprovalDelegation.of)


@strawberry.input
class DelegateApprovalsInput:
    """A colleague who may decide approvals, too, and for how long; from now on unless told."""

    to_membership_id: relay.GlobalID
    ends_at: datetime
    starts_at: datetime | None = None
    rule_id: relay.GlobalID | None = None


@strawberry.input
class EndApprovalDelegationInput:
    """A delegation that one gave."""

    delegation_id: relay.GlobalID


DelegateApprovalsResult = Annotated[
    ApprovalDelegation | Refusal, strawberry.union("DelegateApprovalsResult")
]
EndApprovalDelegationResult = Annotated[
    ApprovalDelegation | Refusal, strawberry.union("EndApprovalDelegationResult")
]


@strawberry.type
class ApprovalAbsenceMutation:
    """Letting others decide in one's place."""

    @mutation(commands.delegate_approvals)
    async def delegate_approvals(
        self, info: Info, input: DelegateApprovalsInput
    ) -> DelegateApprovalsResult:
        """Let a colleague decide in one's place while one is away."""
        made = await info.context.write(
            lambda work: commands.delegate_approvals(
                work,
                key_of(input.to_membership_id, "Membership"),
                input.starts_at,
                input.ends_at,
                optional_key_of(input.rule_id, "ApprovalRule"),
            )
        )
        return ApprovalDelegation.of(made)

    @mutation(commands.end_approval_delegation)
    async def end_approval_delegation(
        self, info: Info, input: EndApprovalDelegationInput
    ) -> EndApprovalDelegationResult:
        """Decide for oneself again."""
        key = key_of(input.delegation_id, "ApprovalDelegation")
        ended = await info.context.write(lambda work: commands.end_approval_delegation(work, key))
        return ApprovalDelegation.of(ended)
