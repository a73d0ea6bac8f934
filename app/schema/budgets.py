"""Spending budgets of a buyer: set, changed, ended, shown with what is used and left."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.approvals.rules import Approver
from app.budgets import commands, models, queries
from app.budgets.rules import BudgetOutcome, BudgetPeriod, Standing
from app.schema.approval_rules import ApprovalApprover, ApprovalApproverInput
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.members import Membership, memberships_by_id
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.roles import Role, roles_by_id

strawberry.enum(BudgetPeriod, description=BudgetPeriod.__doc__)
strawberry.enum(BudgetOutcome, description=BudgetOutcome.__doc__)


@strawberry.type
class CartBudget:
    """What a budget of the buyer leaves before the cart is ordered, in its currency.

    `left` is of the period; none where the budget bounds only single orders.
    """

    name: str
    currency: str
    outcome: BudgetOutcome
    order_limit: Decimal | None
    period_limit: Decimal | None
    left: Decimal | None
    is_exceeded: bool

    @classmethod
    def of(cls, standing: Standing) -> "CartBudget":
        """Show how a cart stands to a budget."""
        left = standing.left
        return cls(
            name=standing.name,
            currency=standing.currency,
            outcome=standing.outcome,
            order_limit=standing.order_limit,
            period_limit=standing.period_limit,
            left=None if left is None else max(left, Decimal(0)),
            is_exceeded=standing.is_exceeded,
        )


@strawberry.type
class BudgetUse:
    """What orders hold of a budget in the period from `startsOn`, and what is left."""

    starts_on: date
    used: Decimal
    left: Decimal


@strawberry.type
class SpendingBudget(relay.Node):
    """What the own orders in a currency may come to; every budget that fits binds.

    `orderLimit` bounds one order, `periodLimit` all orders of a calendar period of `timeZone`.
    """

    id: relay.NodeID[UUID]
    name: str
    currency: str
    order_limit: Decimal | None
    period: BudgetPeriod | None
    period_limit: Decimal | None
    outcome: BudgetOutcome
    approver: ApprovalApprover | None = strawberry.field(
        description="Who is asked; none of a budget that asks means anyone who decides approvals."
    )
    time_zone: str
    starts_on: date
    ends_on: date | None
    created_at: datetime
    ended_at: datetime | None
    membership_id: strawberry.Private[UUID | None]
    role_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def person(budgets: list["SpendingBudget"], info: Info) -> list[Membership | None]:
        """The one person whose orders it bounds."""
        wanted = {budget.membership_id for budget in budgets if budget.membership_id}
        ids = sorted(wanted)
        found = dict(zip(ids, await memberships_by_id(info, ids), strict=True)) if ids else {}
        return [found.get(it.membership_id) if it.membership_id else None for it in budgets]

    @batch
    @staticmethod
    async def role(budgets: list["SpendingBudget"], info: Info) -> list[Role | None]:
        """The role whose people's orders it bounds together."""
        wanted = {budget.role_id for budget in budgets if budget.role_id}
        ids = sorted(wanted)
        found = dict(zip(ids, await roles_by_id(info, ids), strict=True)) if ids else {}
        return [found.get(it.role_id) if it.role_id else None for it in budgets]

    @batch
    @staticmethod
    async def current(budgets: list["SpendingBudget"], info: Info) -> list[BudgetUse | None]:
        """How it stands in the period that runs now; none of one without a period."""
        async with info.context.read() as work:
            found = await queries.current_uses(work, [budget.id for budget in budgets])
        shown = {
            key: BudgetUse(starts_on=it.starts_on, used=it.used, left=it.left)
            for key, it in found.items()
        }
        return [shown.get(budget.id) for budget in budgets]

    @classmethod
    def of(cls, row: models.SpendingBudget) -> "SpendingBudget":
        """Show a budget."""
        return cls(
            id=row.id,
            name=row.name,
            currency=row.currency,
            order_limit=row.order_limit,
            period=BudgetPeriod(row.period) if row.period else None,
            period_limit=row.period_limit,
            outcome=BudgetOutcome(row.outcome),
            approver=ApprovalApprover.of(Approver.read(row.approver)) if row.approver else None,
            time_zone=row.time_zone,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            created_at=row.created_at,
            ended_at=row.ended_at,
            membership_id=row.membership_id,
            role_id=row.role_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["SpendingBudget | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _budgets_by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class BudgetTermsInput:
    """What a budget allows: for one order, for a period, or both; and what becomes of more."""

    outcome: BudgetOutcome
    order_limit: Decimal | None = None
    period: BudgetPeriod | None = None
    period_limit: Decimal | None = None
    approver: ApprovalApproverInput | None = strawberry.field(
        default=None, description="Whom to ask; left out, anyone who decides approvals."
    )
    ends_on: date | None = strawberry.field(default=None, description="Its last day.")

    def value(self) -> commands.BudgetTerms:
        """Return what the command understands."""
        return commands.BudgetTerms(
            order_limit=self.order_limit,
            period=self.period,
            period_limit=self.period_limit,
            outcome=self.outcome,
            approver=self.approver.value() if self.approver else None,
            ends_on=self.ends_on,
        )


@strawberry.input
class CreateSpendingBudgetInput:
    """A budget of one person, of all who hold a role together, or of all the own people."""

    idempotency_key: str
    name: str
    currency: str
    terms: BudgetTermsInput
    membership_id: relay.GlobalID | None = None
    role_id: relay.GlobalID | None = None
    starts_on: date | None = strawberry.field(
        default=None, description="Its first day; left out, today."
    )
    time_zone: str | None = strawberry.field(
        default=None, description="Where its periods begin at midnight; the network's if left out."
    )

    def new(self) -> commands.NewBudget:
        """Return what the command understands."""
        return commands.NewBudget(
            name=self.name,
            currency=self.currency,
            terms=self.terms.value(),
            membership_id=optional_key_of(self.membership_id, "Membership"),
            role_id=optional_key_of(self.role_id, "Role"),
            starts_on=self.starts_on,
            time_zone=self.time_zone,
        )


@strawberry.input
class ChangeSpendingBudgetInput:
    """A budget, and all of what it shall allow from now on; its period stays."""

    budget_id: relay.GlobalID
    terms: BudgetTermsInput
    reason: str | None = None


@strawberry.input
class EndSpendingBudgetInput:
    """A budget that shall bind nobody any more."""

    budget_id: relay.GlobalID
    reason: str | None = None


CreateSpendingBudgetResult = Annotated[
    SpendingBudget | Refusal, strawberry.union("CreateSpendingBudgetResult")
]
ChangeSpendingBudgetResult = Annotated[
    SpendingBudget | Refusal, strawberry.union("ChangeSpendingBudgetResult")
]
EndSpendingBudgetResult = Annotated[
    SpendingBudget | Refusal, strawberry.union("EndSpendingBudgetResult")
]


@strawberry.type
class BudgetsQuery:
    """Questions about spending budgets."""

    @query(queries.spending_budgets)
    async def spending_budgets(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[SpendingBudget]:
        """The own organisation's budgets, the newest first; without their right, one's own."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.spending_budgets(work, page), SpendingBudget.of)


@strawberry.type
class BudgetsMutation:
    """What can be done about spending budgets."""

    @mutation(commands.create_spending_budget)
    async def create_spending_budget(
        self, info: Info, input: CreateSpendingBudgetInput
    ) -> CreateSpendingBudgetResult:
        """Bound what the own people may order; orders placed before do not count."""
        new, key = input.new(), input.idempotency_key
        made = await info.context.write(
            lambda work: commands.create_spending_budget(work, new, key)
        )
        return await _shown(info, made)

    @mutation(commands.change_spending_budget)
    async def change_spending_budget(
        self, info: Info, input: ChangeSpendingBudgetInput
    ) -> ChangeSpendingBudgetResult:
        """Let a budget allow more or less from now on; what orders hold of it stays."""
        budget_id, terms = key_of(input.budget_id, "SpendingBudget"), input.terms.value()
        await info.context.write(
            lambda work: commands.change_spending_budget(work, budget_id, terms, input.reason)
        )
        return await _shown(info, budget_id)

    @mutation(commands.end_spending_budget)
    async def end_spending_budget(
        self, info: Info, input: EndSpendingBudgetInput
    ) -> EndSpendingBudgetResult:
        """Let a budget bind nobody any more."""
        budget_id = key_of(input.budget_id, "SpendingBudget")
        await info.context.write(
            lambda work: commands.end_spending_budget(work, budget_id, input.reason)
        )
        return await _shown(info, budget_id)


async def _shown(info: Info, budget_id: UUID) -> SpendingBudget:
    (found,) = await _budgets_by_id(info, [budget_id])
    assert found is not None
    return found


async def _budgets_by_id(info: Info, ids: Sequence[UUID]) -> list[SpendingBudget | None]:
    async with info.context.read() as work:
        return in_order(ids, await queries.spending_budgets_by_id(work, ids), SpendingBudget.of)
