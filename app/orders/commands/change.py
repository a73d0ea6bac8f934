"""Changing an order as it was previewed: exactly that, or not at all (R1-31)."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.budgets.operations import spend
from app.db.idempotency import once
from app.db.work import Work
from app.orders.errors import OrderMoved
from app.orders.operations.changing import ChangePlan, OrderChange, planned, start_over
from app.orders.operations.documents import OrderDocument, enter_state, note_change, open_for
from app.orders.operations.drafting import write_lines
from app.orders.operations.placing import relationship_to_order_in, submit
from app.orders.operations.spending import wanted_of
from app.orders.operations.stock import allocate
from app.orders.rules.states import CreditStatus, OrderState
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission


class Previewed(Exception):  # what a preview says, and no error
    """What a change would do: raised, so that the transaction that tried it is taken back."""

    def __init__(self, plan: ChangePlan) -> None:
        """Keep what was found."""
        super().__init__("a preview changes nothing")
        self.plan = plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedChange:
    """A change to apply, with the fingerprint of the preview that its maker saw."""

    order_id: UUID
    change: OrderChange
    fingerprint: str
    key: str


@requires(Permission.ORDER_CANCEL)
async def preview_order_change(work: Work, order_id: UUID, change: OrderChange) -> None:
    """Raise `Previewed` with what the change would do now, or what would be refused of it.

    It is really tried: what the order holds of stock, budgets and limits counts for it anew.
    """
    document = await open_for(work, order_id, OrderCommand.CHANGE)
    await relationship_to_order_in(work, document.order.relationship_id)
    plan = await planned(work, document, change)
    if plan.is_submitted_again:
        await spend(work, order_id, replace(wanted_of(document.order), amount=plan.quote.total))
    raise Previewed(plan)


@requires(Permission.ORDER_CANCEL)
async def apply_order_change(work: Work, given: PreviewedChange) -> UUID:
    """Make a change that was previewed: a new revision that goes as far as its gates let it.

    Those who approved are asked again, unless the change only takes away. What was set aside is
    set aside anew, where the order is confirmed at once and its credit holds. A draft or rejected
    order becomes a draft. Raises `OrderMoved` when anything is not as it was in the preview.
    """

    async def command(_order_id: UUID) -> None:
        document = await open_for(work, given.order_id, OrderCommand.CHANGE)
        order = document.order
        relationship = await relationship_to_order_in(work, order.relationship_id)
        plan = await planned(work, document, given.change)
        if plan.fingerprint != given.fingerprint:
            raise OrderMoved(now=plan.quote.total, currency=order.currency)
        note_change(work, order)
        start_over(order)
        lines = await write_lines(work, order, plan.wish, plan.quote)
        enter_state(work, order, OrderCommand.CHANGE, OrderState.DRAFT)
        if plan.is_submitted_again:
            keeps = plan.keeps_approval
            await submit(work, order, relationship, plan.quote, keeps_approval=keeps)
        if plan.takes_stock_back and _may_allocate(document):
            await allocate(work, OrderDocument(order, lines))

    change = given.change
    lines = [[each.sku_id, each.packaging_level, each.quantity] for each in change.lines or ()]
    body = [given.order_id, given.fingerprint, lines, change.coupon_codes, change.points_to_redeem]
    return await once(work, given.key, "applyOrderChange", body, given.order_id, command)


def _may_allocate(document: OrderDocument) -> bool:
    order = document.order
    return order.state == OrderState.CONFIRMED and order.credit_status != CreditStatus.HELD
