"""What bounds somebody in money: budgets, amounts for approval and credit; unguarded (R3-33)."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)

from app.approvals.models import ApprovalRule, RuleAttribute
from app.approvals.rules.conditions import ApprovalParty, RuleOperator
from app.budgets.models import SpendingBudget, SpendingUse
from app.budgets.operations.binding import binds, started_on
from app.db.reading import TENANT, sent
from app.db.tables import table_of
from app.db.work import Work
from app.orders.models import Order
from app.orders.operations.confirming import credit_used_in
from app.organisations.models import Organisation, OrganisationAncestry, TradingRelationship
from app.rbac.permissions import Permission
from app.reasons.operations import IN_HAND
from app.reasons.rules import CapKind, InHand, MoneyLimit

_budget, _use = table_of(SpendingBudget).c, table_of(SpendingUse).c
_rule, _above = table_of(ApprovalRule).c, table_of(OrganisationAncestry).c
_order, _terms, _unit = (table_of(each).c for each in (Order, TradingRelationship, Organisation))
_OWN: BindParameter[UUID] = bindparam("own_organisation", type_=Uuid())
_WHO: BindParameter[UUID] = bindparam("whom", type_=Uuid())
_NOW: BindParameter[Any] = bindparam("now", type_=DateTime(timezone=True))
_PARTIES = {
    ApprovalParty.BUYER: Permission.ORDER_PLACE,
    ApprovalParty.SELLER: Permission.ORDER_PLACE_FOR_CUSTOMER,
}

_BUDGETS = (
    select(
        _budget.name,
        _budget.currency,
        _budget.order_limit,
        _budget.period_limit,
        func.coalesce(
            select(_use.used)
            .where(
                _use.tenant_id == TENANT,
                _use.budget_id == _budget.id,
                _use.starts_on == started_on(_NOW),
            )
            .scalar_subquery(),
            0,
        ).label("used"),
    )
    .where(_budget.tenant_id == TENANT, _budget.organisation_id == _OWN, binds(_WHO, _NOW))
    .order_by(_budget.name, _budget.id)
)
_RULES = (
    select(
        _rule.party,
        _rule.currency,
        _rule.threshold,
        _rule.operator,
        _rule.name,
        (_rule.organisation_id == _OWN).label("is_own"),
    )
    .where(
        _rule.tenant_id == TENANT,
        _rule.is_active,
        _rule.attribute == RuleAttribute.TOTAL.value,
        _rule.currency.is_not(None),
        func.replace(func.coalesce(cast(_rule.conditions, Text), "[]"), "null", "[]") == "[]",
        or_(
            _rule.organisation_id == _OWN,
            and_(
                _rule.is_inheritable,
                _rule.organisation_id.in_(
                    select(_above.ancestor_id).where(
                        _above.tenant_id == TENANT, _above.descendant_id == _OWN
                    )
                ),
            ),
        ),
    )
    .order_by(_rule.currency, _rule.threshold, _rule.id)
)
_IN_HAND = (
    select(
        _order.relationship_id,
        _order.currency,
        (_order.buyer_id == _OWN).label("is_purchase"),
        func.array_agg(_order.total).label("totals"),
    )
    .where(
        _order.tenant_id == TENANT,
        _order.placed_by_membership_id == _WHO,
        or_(_order.buyer_id == _OWN, _order.seller_id == _OWN),
        _order.state == any_(literal(list(IN_HAND), ARRAY(Text()))),
    )
    .group_by(_order.relationship_id, _order.currency, _order.buyer_id)
)
_CREDIT = (
    select(
        _terms.id,
        _terms.currency,
        _terms.credit_limit,
        _unit.name,
        credit_used_in(_terms.id).label("used"),
    )
    .join_from(
        table_of(TradingRelationship),
        table_of(Organisation),
        and_(_unit.tenant_id == _terms.tenant_id, _unit.id == _terms.seller_id),
    )
    .where(
        _terms.tenant_id == TENANT,
        _terms.buyer_id == _OWN,
        _terms.valid_from <= _NOW,
        or_(_terms.valid_until.is_(None), _terms.valid_until > _NOW),
        or_(_terms.is_credit_unlimited, _terms.credit_limit.is_not(None)),
    )
    .order_by(_unit.name, _terms.id)
)


async def budget_limits(work: Work, organisation_id: UUID, membership_id: UUID) -> list[MoneyLimit]:
    """Return what the budgets that bind a buyer's person allow, by name; one statement."""
    right, found = Permission.ORDER_PLACE, list[MoneyLimit]()
    about = {"own_organisation": organisation_id, "whom": membership_id, "now": work.now}
    for row in await sent(work, _BUDGETS, **about):
        name, currency, of_order, of_period, used = row
        if of_order is not None:
            found.append(MoneyLimit(CapKind.ORDER_BUDGET, right, currency, of_order, name=name))
        if of_period is not None:
            kind = CapKind.PERIOD_BUDGET
            found.append(MoneyLimit(kind, right, currency, of_period, used, name))
    return found


async def approval_limits(
    work: Work, organisation_id: UUID, held: Iterable[str]
) -> list[MoneyLimit]:
    """Return from which totals on every order waits for approval, the lowest first; one statement.

    Of the sides on which somebody with the permissions `held` orders. Rules that look at more than
    the total bound no person. Those of organisations above are not named.
    """
    rights, found = set(held), list[MoneyLimit]()
    for row in await sent(work, _RULES, own_organisation=organisation_id):
        party, currency, threshold, operator, name, is_own = row
        permission = _PARTIES[ApprovalParty(party)]
        if permission in rights:
            bound = MoneyLimit(
                CapKind.APPROVAL,
                permission,
                currency,
                threshold,
                name=(name or None) if is_own else None,
                is_reached_by_limit=operator == RuleOperator.AT_LEAST,
            )
            found.append(bound)
    return found


async def credit_limits(work: Work, organisation_id: UUID) -> list[MoneyLimit]:
    """Return what a buyer may owe each of its suppliers and what it does; one statement."""
    found = await sent(work, _CREDIT, own_organisation=organisation_id, now=work.now)
    return [
        MoneyLimit(CapKind.CREDIT, Permission.ORDER_PLACE, currency, limit, used, seller, key)
        for key, currency, limit, seller, used in found
    ]


async def orders_in_hand(
    work: Work, organisation_id: UUID, membership_id: UUID
) -> Sequence[InHand]:
    """Return totals of what somebody ordered that is in hand, by relationship; one statement."""
    about = {"own_organisation": organisation_id, "whom": membership_id}
    return [
        InHand(key, currency, is_purchase, tuple(totals))
        for key, currency, is_purchase, totals in await sent(work, _IN_HAND, **about)
    ]
