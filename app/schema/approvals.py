"""Approval rules, and the approvals that orders need (R3-11, R3-53..R3-55)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.approvals import commands, models, queries
from app.approvals.models import ApprovalParty, RuleOperator, StepStatus
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(ApprovalParty, description=ApprovalParty.__doc__)
strawberry.enum(RuleOperator, name="ApprovalOperator", description=RuleOperator.__doc__)
strawberry.enum(StepStatus, name="ApprovalStepStatus", description=StepStatus.__doc__)


@strawberry.type
class ApprovalRule(relay.Node):
    """When an organisation's orders need approval; `threshold` is a total in `currency`.

    Rules of the lowest `sequence` are asked first. Without an approver, anyone of the organisation
    who may decide approvals decides.
    """

    id: relay.NodeID[UUID]
    party: ApprovalParty
    operator: RuleOperator
    threshold: Decimal
    currency: str
    sequence: int
    is_active: bool
    approver_membership_id: relay.GlobalID | None

    @classmethod
    def of(cls, row: models.ApprovalRule) -> "ApprovalRule":
        """Show a rule."""
        return cls(
            id=row.id,
            party=ApprovalParty(row.party),
            operator=RuleOperator(row.operator),
            threshold=row.threshold,
            currency=row.currency,
            sequence=row.sequence,
            is_active=row.is_active,
            approver_membership_id=_member(row.approver_membership_id),
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["ApprovalRule | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.approval_rules_by_id(work, ids)
        return [cls.of(found[key]) if key in found else None for key in ids]


@strawberry.type
class ApprovalStep:
    """One approval that an order needs; steps of a lower sequence come first."""

    sequence: int
    revision: int
    status: StepStatus
    because: str
    approver_membership_id: relay.GlobalID | None
    requested_at: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    reason: str | None

    @classmethod
    def of(cls, row: models.ApprovalStep) -> "ApprovalStep":
        """Show a step."""
        return cls(
            sequence=row.sequence,
            revision=row.revision,
            status=StepStatus(row.status),
            because=row.because,
            approver_membership_id=_member(row.approver_membership_id),
            requested_at=row.requested_at,
            decided_at=row.decided_at,
            decided_by_name=row.decided_by_name,
            reason=row.reason,
        )


async def approval_steps_of(info: Info, subject_ids: Sequence[UUID]) -> list[list[ApprovalStep]]:
    """Load the viewer's own organisation's steps of each subject, in turn."""
    async with info.context.read() as work:
        found = await queries.approval_steps(work, subject_ids)
    return [[ApprovalStep.of(row) for row in found[subject]] for subject in subject_ids]


@strawberry.type
class ApprovalsQuery:
    """Questions about approvals."""

    @query(queries.approval_rules)
    async def approval_rules(
        self,
        info: Info,
        is_active: bool | None = None,  # noqa: FBT001  # a GraphQL argument, given by name
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[ApprovalRule]:
        """The own organisation's rules, in the order of their turns."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.approval_rules(work, page, is_active=is_active)
        return connection(found, ApprovalRule.of)


@strawberry.input
class CreateApprovalRuleInput:
    """When orders need approval: as a seller for customers' orders, as a buyer for one's own."""

    party: ApprovalParty
    threshold: Decimal
    currency: str
    operator: RuleOperator = RuleOperator.AT_LEAST
    sequence: int = 1
    approver_membership_id: relay.GlobalID | None = None


@strawberry.input
class DeactivateApprovalRuleInput:
    """A rule that is to ask no more."""

    rule_id: relay.GlobalID


CreateApprovalRuleResult = Annotated[
    ApprovalRule | Refusal, strawberry.union("CreateApprovalRuleResult")
]
DeactivateApprovalRuleResult = Annotated[
    ApprovalRule | Refusal, strawberry.union("DeactivateApprovalRuleResult")
]


@strawberry.type
class ApprovalsMutation:
    """Changes of approval rules."""

    @mutation(commands.create_approval_rule)
    async def create_approval_rule(
        self, info: Info, input: CreateApprovalRuleInput
    ) -> CreateApprovalRuleResult:
        """Have orders from a total on approved."""
        draft = commands.RuleDraft(
            party=input.party,
            operator=input.operator,
            threshold=input.threshold,
            currency=input.currency,
            sequence=input.sequence,
            approver_membership_id=optional_key_of(input.approver_membership_id, "Membership"),
        )
        made = await info.context.write(lambda work: commands.create_approval_rule(work, draft))
        return ApprovalRule.of(made)

    @mutation(commands.deactivate_approval_rule)
    async def deactivate_approval_rule(
        self, info: Info, input: DeactivateApprovalRuleInput
    ) -> DeactivateApprovalRuleResult:
        """Stop a rule; what it asked for already stays asked for."""
        rule_id = key_of(input.rule_id, "ApprovalRule")
        stopped = await info.context.write(
            lambda work: commands.deactivate_approval_rule(work, rule_id)
        )
        return ApprovalRule.of(stopped)


def _member(membership_id: UUID | None) -> relay.GlobalID | None:
    return relay.GlobalID("Membership", str(membership_id)) if membership_id else None
