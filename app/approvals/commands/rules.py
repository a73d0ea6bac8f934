"""What an actor may change of approval rules (R3-53)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, or_, select

from app.approvals.models import ApprovalManager, ApprovalParty, ApprovalRule, RuleOperator
from app.approvals.rules import Approver, ApproverKind, Condition, ConditionKind, RuleStep
from app.audit import operations as audit
from app.catalog.models import Category
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import AmountOutOfRange, checked_amount, typed_currency
from app.rbac.guard import requires
from app.rbac.models import Membership, Role
from app.rbac.permissions import Permission

SEQUENCES = range(1, 101)
ABOVE = Approver(ApproverKind.PARENT)
HOURS = range(1, 24 * 90 + 1)
MOST = 10
LARGEST_NUMBER = 100_000
"""Days or percent of a condition: more days than a life has mean nothing."""
LONGEST_NAME = 100
_OF_IDS = frozenset({ConditionKind.CATEGORY, ConditionKind.PERSON, ConditionKind.ROLE})
_OF_NUMBERS = frozenset({ConditionKind.DISCOUNT, ConditionKind.OVERDUE})
_SELLERS_ALONE = frozenset({ConditionKind.NEW_CUSTOMER, ConditionKind.OUTSIDE_PRICE_BAND})
_FOR_ALL_BELOW = frozenset({ApproverKind.ANYONE, ApproverKind.ROLE, ApproverKind.MANAGER})


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule to be made; without a currency it looks at no total.

    Without steps it asks one person, or anyone of the organisation with the right.
    """

    party: ApprovalParty
    operator: RuleOperator
    threshold: Decimal
    currency: str | None
    sequence: int
    approver_membership_id: UUID | None
    name: str = ""
    is_inheritable: bool = False
    conditions: Sequence[Condition] = ()
    steps: Sequence[RuleStep] = ()
    remind_after_hours: int | None = None
    escalate_after_hours: int | None = None
    escalate_to: Approver = ABOVE


@requires(Permission.APPROVAL_RULE_WRITE)
async def create_approval_rule(work: Work, draft: RuleDraft) -> ApprovalRule:
    """Have the own organisation's orders approved from now on; orders already placed keep on.

    Raises `Invalid`; `NotFound` for an approver who works elsewhere, and for anything unknown.
    """
    _require_meaning(draft)
    await _require_known(work, draft)
    rule = ApprovalRule(
        organisation_id=work.actor.own_organisation,
        party=draft.party,
        operator=draft.operator,
        threshold=draft.threshold,
        currency=draft.currency,
        sequence=draft.sequence,
        approver_membership_id=draft.approver_membership_id,
        created_at=work.now,
        name=draft.name.strip(),
        is_inheritable=draft.is_inheritable,
        conditions=[each.stored() for each in draft.conditions] or None,
        steps=[step.stored() for step in draft.steps] or None,
        remind_after_hours=draft.remind_after_hours,
        escalate_after_hours=draft.escalate_after_hours,
        escalate_to=draft.escalate_to.stored() if draft.escalate_after_hours else None,
    )
    await work.save(rule)
    after = {
        "party": draft.party,
        "operator": draft.operator,
        "threshold": str(draft.threshold),
        "currency": draft.currency,
        "conditions": rule.conditions,
        "steps": rule.steps,
        "is_inheritable": draft.is_inheritable,
        "remind_after_hours": draft.remind_after_hours,
        "escalate_after_hours": draft.escalate_after_hours,
        "escalate_to": rule.escalate_to,
    }
    audit.record(work, "CREATE_APPROVAL_RULE", "approval_rule", rule.id, after=after)
    return rule


@requires(Permission.APPROVAL_RULE_WRITE)
async def deactivate_approval_rule(work: Work, rule_id: UUID) -> ApprovalRule:
    """Stop a rule of the own organisation; what it asked for already stays asked for."""
    statement = select(ApprovalRule).where(
        ApprovalRule.id == rule_id, ApprovalRule.organisation_id == work.actor.own_organisation
    )
    rule = (await work.session.execute(statement)).scalar()
    if rule is None:
        raise NotFound("ApprovalRule")
    if rule.is_active:
        rule.is_active = False
        audit.record(work, "DEACTIVATE_APPROVAL_RULE", "approval_rule", rule.id)
    return rule


@requires(Permission.APPROVAL_RULE_WRITE)
async def set_approval_manager(
    work: Work, membership_id: UUID, manager_membership_id: UUID | None
) -> UUID:
    """Say whose approval a colleague's orders need where a rule asks for the manager's.

    Raises `NotFound` for people who work elsewhere, `Invalid` for one's own manager.
    """
    if membership_id == manager_membership_id:
        raise Invalid("managerMembershipId", "must be somebody else")
    people = {membership_id, manager_membership_id} - {None}
    await _require_colleagues(work, {key for key in people if key is not None})
    await work.session.execute(
        delete(ApprovalManager).where(ApprovalManager.membership_id == membership_id)
    )
    if manager_membership_id is not None:
        manager = ApprovalManager(
            membership_id=membership_id,
            manager_membership_id=manager_membership_id,
            set_at=work.now,
        )
        await work.save(manager)
    after = {"manager_membership_id": manager_membership_id and str(manager_membership_id)}
    audit.record(work, "SET_APPROVAL_MANAGER", "membership", membership_id, after=after)
    return membership_id


def _require_meaning(draft: RuleDraft) -> None:
    if draft.sequence not in SEQUENCES:
        raise Invalid("sequence", f"must be between {SEQUENCES[0]} and {SEQUENCES[-1]}")
    if draft.threshold < 0:
        raise Invalid("threshold", "must not be negative")
    try:
        checked_amount(draft.threshold)
    except AmountOutOfRange as error:
        raise Invalid("threshold", str(error)) from None
    if draft.currency is not None:
        typed_currency(draft.currency)
    elif draft.threshold > 0:
        raise Invalid("currency", "is missing: in which the threshold is meant")
    elif not draft.conditions:
        raise Invalid("conditions", "are missing: the rule looks at nothing")
    if len(draft.name) > LONGEST_NAME:
        raise Invalid("name", f"must have at most {LONGEST_NAME} characters")
    _require_conditions(draft)
    _require_steps(draft)
    _require_hours(draft)


def _require_conditions(draft: RuleDraft) -> None:
    if len(draft.conditions) > MOST:
        raise Invalid("conditions", f"must be at most {MOST}")
    for place, each in enumerate(draft.conditions):
        path = f"conditions.{place}"
        if each.kind in _SELLERS_ALONE and draft.party is not ApprovalParty.SELLER:
            raise Invalid(f"{path}.kind", "is for sellers only")
        if each.kind in _OF_NUMBERS and not 0 < (each.number or 0) <= LARGEST_NUMBER:
            raise Invalid(f"{path}.number", f"must be more than 0 and at most {LARGEST_NUMBER}")
        if each.kind in _OF_IDS and not each.ids:
            raise Invalid(path, "names nothing")
        if each.kind is ConditionKind.CHANNEL and not each.words:
            raise Invalid(f"{path}.channels", "are missing")
        if draft.is_inheritable and each.kind is ConditionKind.PERSON:
            raise Invalid(f"{path}.kind", "cannot be inherited: people work in one organisation")


def _require_steps(draft: RuleDraft) -> None:
    if len(draft.steps) > MOST:
        raise Invalid("steps", f"must be at most {MOST}")
    if draft.steps and draft.approver_membership_id is not None:
        raise Invalid("approverMembershipId", "must not be given beside steps")
    if draft.is_inheritable and draft.approver_membership_id is not None:
        raise Invalid("approverMembershipId", "cannot be inherited")
    for place, step in enumerate(draft.steps):
        path = f"steps.{place}.approvers"
        if not 1 <= len(step.approvers) <= MOST:
            raise Invalid(path, f"must be 1 to {MOST}")
        for number, each in enumerate(step.approvers):
            _require_party(draft, each, f"{path}.{number}")


def _require_party(draft: RuleDraft, party: Approver, path: str) -> None:
    if draft.is_inheritable and party.kind not in _FOR_ALL_BELOW:
        raise Invalid(f"{path}.kind", "cannot be inherited")
    is_named = party.kind in {ApproverKind.ROLE, ApproverKind.PERSON}
    if is_named is (party.id is None):
        raise Invalid(path, "names nobody" if is_named else "names too much")


def _require_hours(draft: RuleDraft) -> None:
    for name, hours in (
        ("remindAfterHours", draft.remind_after_hours),
        ("escalateAfterHours", draft.escalate_after_hours),
    ):
        if hours is not None and hours not in HOURS:
            raise Invalid(name, f"must be between {HOURS[0]} and {HOURS[-1]}")
    if draft.escalate_after_hours is not None:
        _require_party(draft, draft.escalate_to, "escalateTo")


async def _require_known(work: Work, draft: RuleDraft) -> None:
    approvers = [each for step in draft.steps for each in step.approvers]
    if draft.escalate_after_hours is not None:
        approvers.append(draft.escalate_to)
    people = {each.id for each in approvers if each.kind is ApproverKind.PERSON and each.id}
    roles = {each.id for each in approvers if each.kind is ApproverKind.ROLE and each.id}
    if draft.approver_membership_id is not None:
        people.add(draft.approver_membership_id)
    people |= _ids(draft.conditions, ConditionKind.PERSON)
    roles |= _ids(draft.conditions, ConditionKind.ROLE)
    await _require_colleagues(work, people)
    await _require_roles(work, roles, is_inheritable=draft.is_inheritable)
    await _require_categories(work, _ids(draft.conditions, ConditionKind.CATEGORY))


def _ids(conditions: Sequence[Condition], kind: ConditionKind) -> set[UUID]:
    return {key for each in conditions if each.kind is kind for key in each.ids}


async def _require_colleagues(work: Work, people: Collection[UUID]) -> None:
    statement = select(Membership.id).where(
        Membership.id.in_(people),
        Membership.organisation_id == work.actor.own_organisation,
        Membership.ended_at.is_(None),
    )
    if people and len((await work.session.scalars(statement)).all()) < len(people):
        raise NotFound("Membership")


async def _require_roles(work: Work, roles: Collection[UUID], *, is_inheritable: bool) -> None:
    """Want built-in roles or the own organisation's; below it only the built-in ones mean much."""
    own = Role.organisation_id == work.actor.own_organisation
    known = Role.organisation_id.is_(None)
    statement = select(Role.id).where(
        Role.id.in_(roles), known if is_inheritable else or_(own, known)
    )
    if roles and len((await work.session.scalars(statement)).all()) < len(roles):
        raise NotFound("Role")


async def _require_categories(work: Work, categories: Collection[UUID]) -> None:
    statement = select(Category.id).where(Category.id.in_(categories))
    if categories and len((await work.session.scalars(statement)).all()) < len(categories):
        raise NotFound("Category")
