"""Approval rules as data: what they look at, and of whom they ask approval (R3-53, R3-54)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay

from app.approvals import commands, models, queries
from app.approvals.operations.asking import conditions_in, steps_in
from app.approvals.rules import (
    ApprovalParty,
    Approver,
    ApproverKind,
    Condition,
    ConditionKind,
    RuleOperator,
    RuleStep,
    StepJoin,
)
from app.orders.rules.states import OrderChannel
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(ApprovalParty, description=ApprovalParty.__doc__)
strawberry.enum(RuleOperator, name="ApprovalOperator", description=RuleOperator.__doc__)
strawberry.enum(ConditionKind, name="ApprovalConditionKind", description=ConditionKind.__doc__)
strawberry.enum(ApproverKind, description=ApproverKind.__doc__)
strawberry.enum(StepJoin, name="ApprovalJoin", description=StepJoin.__doc__)
strawberry.enum(OrderChannel, description=OrderChannel.__doc__)

_ABOVE = Approver(ApproverKind.PARENT)


@strawberry.type
class ApprovalCondition:
    """One thing that a rule looks at beside the total; all of a rule's must hold."""

    kind: ConditionKind
    number: Decimal | None
    category_ids: list[relay.GlobalID] = sized(3)
    membership_ids: list[relay.GlobalID] = sized(3)
    role_ids: list[relay.GlobalID] = sized(3)
    channels: list[OrderChannel] = sized(2)

    @classmethod
    def of(cls, given: Condition) -> "ApprovalCondition":
        """Show a condition."""
        return cls(
            kind=given.kind,
            number=given.number,
            category_ids=_ids(given, ConditionKind.CATEGORY, "Category"),
            membership_ids=_ids(given, ConditionKind.PERSON, "Membership"),
            role_ids=_ids(given, ConditionKind.ROLE, "Role"),
            channels=[OrderChannel(word) for word in given.words],
        )


@strawberry.type
class ApprovalApprover:
    """One party that a step of a rule asks."""

    kind: ApproverKind
    role_id: relay.GlobalID | None
    membership_id: relay.GlobalID | None

    @classmethod
    def of(cls, given: Approver) -> "ApprovalApprover":
        """Show a party."""
        is_role = given.kind is ApproverKind.ROLE
        return cls(
            kind=given.kind,
            role_id=relay.GlobalID("Role", str(given.id)) if is_role else None,
            membership_id=_member(given.id) if given.kind is ApproverKind.PERSON else None,
        )


@strawberry.type
class ApprovalRuleStep:
    """One turn of a rule: any one of its parties agrees, or all of them must."""

    join: StepJoin
    approvers: list[ApprovalApprover] = sized(2)

    @classmethod
    def of(cls, given: RuleStep) -> "ApprovalRuleStep":
        """Show a step."""
        return cls(
            join=given.join, approvers=[ApprovalApprover.of(each) for each in given.approvers]
        )


@strawberry.type
class ApprovalRule(relay.Node):
    """When an organisation's orders need approval, and of whom.

    `threshold` is a total in `currency`; without a currency the total does not matter. All
    `conditions` must hold besides. Steps are asked one after the other, the first in the turn
    `sequence`; several rules share the turns. One that `isInheritable` speaks for all organisations
    below, which may add rules of their own and weaken none.
    """

    id: relay.NodeID[UUID]
    name: str
    party: ApprovalParty
    operator: RuleOperator
    threshold: Decimal
    currency: str | None
    sequence: int
    is_active: bool
    is_inheritable: bool
    approver_membership_id: relay.GlobalID | None
    remind_after_hours: int | None
    escalate_after_hours: int | None
    escalate_to: ApprovalApprover | None
    conditions: list[ApprovalCondition] = sized(2)
    steps: list[ApprovalRuleStep] = sized(2)

    @classmethod
    def of(cls, row: models.ApprovalRule) -> "ApprovalRule":
        """Show a rule."""
        return cls(
            id=row.id,
            name=row.name,
            party=ApprovalParty(row.party),
            operator=RuleOperator(row.operator),
            threshold=row.threshold,
            currency=row.currency,
            sequence=row.sequence,
            is_active=row.is_active,
            is_inheritable=row.is_inheritable,
            approver_membership_id=_member(row.approver_membership_id),
            remind_after_hours=row.remind_after_hours,
            escalate_after_hours=row.escalate_after_hours,
            escalate_to=_party(row.escalate_to),
            conditions=[ApprovalCondition.of(each) for each in conditions_in(row)],
            steps=[ApprovalRuleStep.of(step) for step in steps_in(row)],
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
class ApprovalsQuery:
    """Questions about approval rules."""

    @query(queries.approval_rules)
    async def approval_rules(
        self,
        info: Info,
        is_active: bool | None = None,  # noqa: FBT001  # a GraphQL argument, given by name
        inherited: bool = False,  # noqa: FBT001, FBT002  # a GraphQL argument, given by name
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[ApprovalRule]:
        """The own organisation's rules, in the order of their turns; or those it inherits."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.approval_rules(
                work, page, is_active=is_active, inherited=inherited
            )
        return connection(found, ApprovalRule.of)

    @query(queries.approval_manager)
    async def approval_manager(
        self, info: Info, membership_id: relay.GlobalID
    ) -> relay.GlobalID | None:
        """Who manages a colleague, where rules ask for the manager of who ordered."""
        async with info.context.read() as work:
            return _member(
                await queries.approval_manager(work, key_of(membership_id, "Membership"))
            )


@strawberry.input
class ApprovalConditionInput:
    """What must be so: a number to reach, or any of some categories, people, roles or channels."""

    kind: ConditionKind
    number: Decimal | None = None
    category_ids: list[relay.GlobalID] | None = None
    membership_ids: list[relay.GlobalID] | None = None
    role_ids: list[relay.GlobalID] | None = None
    channels: list[OrderChannel] | None = None

    def value(self) -> Condition:
        """Return the domain's condition; what is given for another kind is left out."""
        given = {
            ConditionKind.CATEGORY: (self.category_ids, "Category"),
            ConditionKind.PERSON: (self.membership_ids, "Membership"),
            ConditionKind.ROLE: (self.role_ids, "Role"),
        }
        ids, type_name = given.get(self.kind, (None, ""))
        channels = self.channels or []
        return Condition(
            self.kind,
            self.number,
            tuple(key_of(each, type_name) for each in ids or ()),
            tuple(each.value for each in channels) if self.kind is ConditionKind.CHANNEL else (),
        )


@strawberry.input
class ApprovalApproverInput:
    """A party to ask; `roleId` or `membershipId` where the kind names one."""

    kind: ApproverKind
    role_id: relay.GlobalID | None = None
    membership_id: relay.GlobalID | None = None

    def value(self) -> Approver:
        """Return the domain's party."""
        role_id = optional_key_of(self.role_id, "Role")
        return Approver(self.kind, role_id or optional_key_of(self.membership_id, "Membership"))


@strawberry.input
class ApprovalRuleStepInput:
    """One turn: whom to ask, and whether any of them is enough."""

    approvers: list[ApprovalApproverInput]
    join: StepJoin = StepJoin.ANY

    def value(self) -> RuleStep:
        """Return the domain's step."""
        return RuleStep(self.join, tuple(each.value() for each in self.approvers))


@strawberry.input
class CreateApprovalRuleInput:
    """When orders need approval: as a seller for customers' orders, as a buyer for one's own.

    Without a currency the total does not matter. Without steps one person is asked, or anyone who
    may decide. After some hours they are reminded, and after some more `escalateTo` is asked, too:
    those above unless told.
    """

    party: ApprovalParty
    threshold: Decimal = Decimal(0)
    currency: str | None = None
    operator: RuleOperator = RuleOperator.AT_LEAST
    sequence: int = 1
    approver_membership_id: relay.GlobalID | None = None
    name: str = ""
    is_inheritable: bool = False
    conditions: list[ApprovalConditionInput] | None = None
    steps: list[ApprovalRuleStepInput] | None = None
    remind_after_hours: int | None = None
    escalate_after_hours: int | None = None
    escalate_to: ApprovalApproverInput | None = None

    def value(self) -> commands.RuleDraft:
        """Return the domain's draft."""
        return commands.RuleDraft(
            party=self.party,
            operator=self.operator,
            threshold=self.threshold,
            currency=self.currency,
            sequence=self.sequence,
            approver_membership_id=optional_key_of(self.approver_membership_id, "Membership"),
            name=self.name,
            is_inheritable=self.is_inheritable,
            conditions=[each.value() for each in self.conditions or ()],
            steps=[step.value() for step in self.steps or ()],
            remind_after_hours=self.remind_after_hours,
            escalate_after_hours=self.escalate_after_hours,
            escalate_to=self.escalate_to.value() if self.escalate_to else _ABOVE,
        )


@strawberry.input
class DeactivateApprovalRuleInput:
    """A rule that is to ask no more."""

    rule_id: relay.GlobalID


@strawberry.input
class SetApprovalManagerInput:
    """Whose approval a colleague's orders need where a rule asks for the manager's, or nobody's."""

    membership_id: relay.GlobalID
    manager_membership_id: relay.GlobalID | None


CreateApprovalRuleResult = Annotated[
    ApprovalRule | Refusal, strawberry.union("CreateApprovalRuleResult")
]
DeactivateApprovalRuleResult = Annotated[
    ApprovalRule | Refusal, strawberry.union("DeactivateApprovalRuleResult")
]


@strawberry.type
class ApprovalManagerSet:
    """Whose approval a colleague's orders need from now on where rules ask for the manager's."""

    membership_id: relay.GlobalID
    manager_membership_id: relay.GlobalID | None


SetApprovalManagerResult = Annotated[
    ApprovalManagerSet | Refusal, strawberry.union("SetApprovalManagerResult")
]


@strawberry.type
class ApprovalsMutation:
    """Changes of approval rules."""

    @mutation(commands.create_approval_rule)
    async def create_approval_rule(
        self, info: Info, input: CreateApprovalRuleInput
    ) -> CreateApprovalRuleResult:
        """Have orders approved from now on that meet a rule."""
        made = await info.context.write(
            lambda work: commands.create_approval_rule(work, input.value())
        )
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

    @mutation(commands.set_approval_manager)
    async def set_approval_manager(
        self, info: Info, input: SetApprovalManagerInput
    ) -> SetApprovalManagerResult:
        """Say who manages a colleague, where rules ask for the manager of who ordered."""
        membership_id = key_of(input.membership_id, "Membership")
        manager_id = optional_key_of(input.manager_membership_id, "Membership")
        await info.context.write(
            lambda work: commands.set_approval_manager(work, membership_id, manager_id)
        )
        return ApprovalManagerSet(
            membership_id=input.membership_id, manager_membership_id=_member(manager_id)
        )


def _party(kept: dict[str, Any] | None) -> ApprovalApprover | None:
    return ApprovalApprover.of(Approver.read(kept)) if kept else None


def _ids(given: Condition, kind: ConditionKind, type_name: str) -> list[relay.GlobalID]:
    if given.kind is not kind:
        return []
    return [relay.GlobalID(type_name, str(key)) for key in given.ids]


def _member(membership_id: UUID | None) -> relay.GlobalID | None:
    return relay.GlobalID("Membership", str(membership_id)) if membership_id else None
