"""What an actor may change of spending budgets: made, changed, ended."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from app.approvals.rules import Approver, ApproverKind
from app.audit.operations import record
from app.budgets import locks
from app.budgets.errors import BudgetEnded
from app.budgets.models import SpendingBudget
from app.budgets.rules import BudgetOutcome, BudgetPeriod
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.money import AmountOutOfRange, checked_amount, typed_currency
from app.kernel.period import DateOutOfSense, UnknownZone, sensible_day, zone_of
from app.rbac.guard import requires
from app.rbac.models import Membership, Role
from app.rbac.permissions import Permission
from app.tenants.operations import local_day, tenant_of

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTerms:
    """What a budget allows, and what becomes of an order above it.

    Without an approver anyone of the organisation who decides approvals is asked.
    """

    order_limit: Decimal | None
    period: BudgetPeriod | None
    period_limit: Decimal | None
    outcome: BudgetOutcome
    approver: Approver | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBudget:
    """A budget of all the own people, of those of a role together, or of one person.

    From `starts_on` (today unless told); periods begin by the days of `time_zone`, the network's
    unless told.
    """

    name: str
    currency: str
    terms: BudgetTerms
    membership_id: UUID | None = None
    role_id: UUID | None = None
    starts_on: date | None = None
    time_zone: str | None = None


@requires(Permission.APPROVAL_RULE_WRITE)
async def create_spending_budget(work: Work, new: NewBudget, key: str) -> UUID:
    """Bound what the own people may order from a day on, once a key.

    Orders placed before do not count. Raises `Invalid`, and `NotFound` for foreign ids.
    """

    async def command(budget_id: UUID) -> None:
        starts_on = new.starts_on or await local_day(work)
        time_zone = new.time_zone or (await tenant_of(work)).time_zone
        _check_new(new, starts_on, time_zone)
        _check_terms(new.terms, starts_on)
        await _check_known(work, new.membership_id, new.role_id, new.terms.approver)
        budget = SpendingBudget(
            id=budget_id,
            organisation_id=work.actor.own_organisation,
            name=new.name.strip(),
            membership_id=new.membership_id,
            role_id=new.role_id,
            currency=new.currency,
            time_zone=time_zone,
            starts_on=starts_on,
            created_at=work.now,
        )
        _put(budget, new.terms)
        await work.save(budget)
        after = {"name": budget.name, "currency": new.currency, **_shown(budget)}
        record(work, "CREATE_SPENDING_BUDGET", "spending_budget", budget_id, after=after)

    return await once(work, key, "createSpendingBudget", new, new_id(), command)


@requires(Permission.APPROVAL_RULE_WRITE)
async def change_spending_budget(
    work: Work, budget_id: UUID, terms: BudgetTerms, reason: str | None = None
) -> UUID:
    """Let a budget allow more or less from now on; what orders hold of it stays.

    Its period stays what it was. Raises `BudgetEnded`, and `NotFound` for foreign ids.
    """
    budget = await _open(work, budget_id)
    if terms.period != budget.period:
        raise Invalid("period", "cannot be changed: end the budget and make another")
    _check_terms(terms, budget.starts_on)
    await _check_known(work, None, None, terms.approver)
    before = _shown(budget)
    _put(budget, terms)
    after, kind = _shown(budget), "spending_budget"
    record(
        work, "CHANGE_SPENDING_BUDGET", kind, budget_id, before=before, after=after, reason=reason
    )
    return budget_id


@requires(Permission.APPROVAL_RULE_WRITE)
async def end_spending_budget(work: Work, budget_id: UUID, reason: str | None = None) -> UUID:
    """Let a budget bind nobody any more; raises `BudgetEnded`, and `NotFound` for foreign ids."""
    budget = await _open(work, budget_id)
    budget.ended_at = work.now
    record(work, "END_SPENDING_BUDGET", "spending_budget", budget_id, reason=reason)
    return budget_id


async def _open(work: Work, budget_id: UUID) -> SpendingBudget:
    budget = await locks.own_budget(work, budget_id)
    if budget is None:
        raise NotFound("SpendingBudget")
    if budget.ended_at is not None:
        raise BudgetEnded
    return budget


def _put(budget: SpendingBudget, terms: BudgetTerms) -> None:
    budget.order_limit = terms.order_limit
    budget.period, budget.period_limit = terms.period, terms.period_limit
    budget.outcome = terms.outcome
    budget.approver = terms.approver.stored() if terms.approver else None
    budget.ends_on = terms.ends_on


def _shown(budget: SpendingBudget) -> dict[str, object]:
    limits = (budget.order_limit, budget.period_limit)
    order_limit, period_limit = (None if each is None else f"{each:f}" for each in limits)
    return {
        "order_limit": order_limit,
        "period": budget.period,
        "period_limit": period_limit,
        "outcome": budget.outcome,
        "ends_on": budget.ends_on and str(budget.ends_on),
    }


def _check_new(new: NewBudget, starts_on: date, time_zone: str) -> None:
    if not 1 <= len(new.name.strip()) <= LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    if new.membership_id and new.role_id:
        raise Invalid("roleId", "cannot be given with a person")
    typed_currency(new.currency)
    _check_day("startsOn", starts_on)
    try:
        zone_of(time_zone)
    except UnknownZone as error:
        raise Invalid("timeZone", str(error)) from None


def _check_terms(terms: BudgetTerms, starts_on: date) -> None:
    if (terms.period is None) is not (terms.period_limit is None):
        raise Invalid("periodLimit", "and a period belong together")
    if terms.order_limit is None and terms.period_limit is None:
        raise Invalid("orderLimit", "or a limit of a period must be given")
    for field, amount in (("orderLimit", terms.order_limit), ("periodLimit", terms.period_limit)):
        _check_amount(field, amount)
    if terms.approver is not None:
        _check_approver(terms.outcome, terms.approver)
    if terms.ends_on is not None:
        _check_day("endsOn", terms.ends_on)
        if terms.ends_on < starts_on:
            raise Invalid("endsOn", "must not lie before the first day")


def _check_amount(field: str, amount: Decimal | None) -> None:
    if amount is None:
        return
    if amount < 0:
        raise Invalid(field, "must not be negative")
    try:
        checked_amount(amount)
    except AmountOutOfRange as error:
        raise Invalid(field, str(error)) from None


def _check_approver(outcome: BudgetOutcome, approver: Approver) -> None:
    if outcome is not BudgetOutcome.ASK:
        raise Invalid("approver", "is for budgets that ask")
    is_named = approver.kind in {ApproverKind.ROLE, ApproverKind.PERSON}
    if is_named is (approver.id is None):
        raise Invalid("approver", "names nobody" if is_named else "names too much")


def _check_day(field: str, day: date) -> None:
    try:
        sensible_day(day)
    except DateOutOfSense as error:
        raise Invalid(field, str(error)) from None


async def _check_known(
    work: Work, membership_id: UUID | None, role_id: UUID | None, approver: Approver | None
) -> None:
    """Want colleagues and roles that the own people may hold; others answer as unknown ones."""
    kind = approver.kind if approver else None
    named = approver.id if approver else None
    people = {membership_id, named if kind is ApproverKind.PERSON else None} - {None}
    roles = {role_id, named if kind is ApproverKind.ROLE else None} - {None}
    own = work.actor.own_organisation
    colleagues = select(Membership.id).where(
        Membership.id.in_(people), Membership.organisation_id == own, Membership.ended_at.is_(None)
    )
    if people and len((await work.session.scalars(colleagues)).all()) < len(people):
        raise NotFound("Membership")
    known = select(Role.id).where(
        Role.id.in_(roles), or_(Role.organisation_id == own, Role.organisation_id.is_(None))
    )
    if roles and len((await work.session.scalars(known)).all()) < len(roles):
        raise NotFound("Role")
