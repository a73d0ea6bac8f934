"""What approval rules look at of an order, and the approvals that it needs (R0-28..30, R3-53)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from json import dumps
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Uuid, bindparam, exists, func, select

from app.approvals.models import ApprovalStep
from app.approvals.operations import FIRST_TURN, Met, Subject, ask, met_by, rules_with
from app.approvals.rules import Facts
from app.budgets.rules import Standing
from app.db.reading import TENANT, sent
from app.db.tables import table_of
from app.db.work import Work
from app.finance.operations import oldest_unpaid_in
from app.orders.models import Order
from app.orders.operations.documents import makers_of_rows
from app.organisations.models import TradingRelationship
from app.pricing.rules.guards import GuardVerdict
from app.quotes.rules import ApprovalCause, Quote, QuotedLine
from app.rbac.assignments import counts_at
from app.rbac.models import MembershipRole

_order, _held = table_of(Order).c, table_of(MembershipRole).c
_RELATIONSHIP = bindparam("relationship_id", type_=Uuid())
_CONFIRMED_BEFORE = exists().where(
    _order.tenant_id == TENANT,
    _order.relationship_id == _RELATIONSHIP,
    _order.confirmed_at.is_not(None),
)
_ROLES = func.array(
    select(_held.role_id)
    .where(
        _held.tenant_id == TENANT,
        _held.membership_id == bindparam("placed_by", type_=Uuid()),
        counts_at(_held, bindparam("now", type_=DateTime(timezone=True))),
    )
    .scalar_subquery(),
    type_=ARRAY(Uuid()),
)
_RULES = rules_with(
    bought_before=_CONFIRMED_BEFORE,
    oldest_unpaid=oldest_unpaid_in(TENANT, _RELATIONSHIP),
    placed_by_roles=_ROLES,
)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Placing:
    """An order as far as rules look at it before it is written."""

    channel: str
    placed_by: UUID | None
    placed_by_organisation: UUID


async def needed_for(
    work: Work,
    relationship: TradingRelationship,
    quote: Quote,
    placing: Placing,
    exceeded: Sequence[Standing],
) -> list[Met]:
    """Return the approvals that an order at this quote needs; one statement.

    So many of the buyer's budgets are `exceeded` and ask for one each.
    """
    rules = await sent(
        work,
        _RULES,
        seller=relationship.seller_id,
        buyer=relationship.buyer_id,
        currency=quote.currency,
        relationship_id=relationship.id,
        placed_by=placing.placed_by,
        now=work.now,
    )
    facts = _facts(work, relationship, quote, placing, rules[0] if rules else None)
    causes = [_in_words(cause) for cause in quote.approval_causes]
    met = met_by(rules, facts, relationship.seller_id, causes)
    return [*(_beyond(each, relationship.buyer_id) for each in exceeded), *met]


async def ask_approvals(
    work: Work,
    order: Order,
    relationship: TradingRelationship,
    quote: Quote,
    exceeded: Sequence[Standing],
) -> Sequence[ApprovalStep]:
    """Ask for all approvals that an order needs; what was agreed to before counts if it is equal.

    One statement when nothing is needed, two for a first revision, three for a later one.
    """
    placing = Placing(order.channel, order.placed_by_membership_id, order.placed_by_organisation_id)
    needed = await needed_for(work, relationship, quote, placing, exceeded)
    subject = Subject(
        kind="order",
        id=order.id,
        revision=order.revision,
        content=_content(order, quote),
        made_by=frozenset(makers_of_rows(order, ())),
    )
    return await ask(work, subject, needed)


def _beyond(standing: Standing, buyer_id: UUID) -> Met:
    words = f"The order is beyond a budget. {standing.in_words}"
    return Met(buyer_id, None, standing.name, FIRST_TURN, words, (standing.seat,))


def _facts(
    work: Work, relationship: TradingRelationship, quote: Quote, placing: Placing, row: Any
) -> Facts:
    """Gather the facts; those that only a rule's row brings are nothing without any rule."""
    unpaid_since = row.oldest_unpaid if row else None
    term = timedelta(days=relationship.payment_days or 0)
    overdue = (work.now - unpaid_since - term).days if unpaid_since else 0
    return Facts(
        total=quote.total,
        currency=quote.currency,
        categories=frozenset(key for line in quote.lines for key in line.category_path),
        discount_percent=max(map(_discount, quote.lines), default=Decimal(0)),
        is_new_customer=not row.bought_before if row else False,
        overdue_days=max(overdue, 0),
        is_outside_band=any(line.guard is not GuardVerdict.PASS for line in quote.lines),
        channel=placing.channel,
        placed_by=placing.placed_by,
        placed_by_organisation=placing.placed_by_organisation,
        placed_by_roles=frozenset(row.placed_by_roles) if row else frozenset(),
    )


def _discount(line: QuotedLine) -> Decimal:
    if line.is_free or not line.price_amount:
        return Decimal(0)
    return line.discount / line.price_amount * _HUNDRED


def _content(order: Order, quote: Quote) -> str:
    """Return what is equal where nothing that an approver looks at differs."""
    lines = [
        [str(line.sku_id), line.packaging_level, f"{line.quantity.normalize():f}", line.is_free]
        + [f"{amount.normalize():f}" for amount in (line.net, line.tax, line.deposit)]
        + [line.manual_by, line.manual_reason]
        for line in quote.lines
    ]
    order_wide = [order.delivery_mode, str(order.requested_delivery_on), order.channel]
    return dumps([lines, order_wide, order.note, f"{quote.total.normalize():f}", quote.currency])


def _in_words(cause: ApprovalCause) -> str:
    return f"Line {int(cause.line_key) + 1}: {cause.text}"
