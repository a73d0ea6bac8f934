"""Invoice what was received: each line's share of the stored quote (Our rule 11)."""

from decimal import Decimal
from fractions import Fraction

from app.db.work import Work
from app.finance.operations import InvoiceLineDraft, issue_invoice
from app.kernel.money import round_money
from app.orders.models import Order, OrderLine
from app.orders.operations.benefits import earn_benefits, take_benefits_back
from app.orders.operations.documents import OrderDocument, enter_state
from app.orders.operations.spending import give_spending_back, keep_what_was_received
from app.orders.rules.states import InvoiceStatus, OrderState, SettlementStatus
from app.orders.rules.transitions import OrderCommand
from app.organisations.operations import find_relationship


async def settle(work: Work, document: OrderDocument) -> None:
    """Invoice what was received, and complete the order."""
    await invoice_received(work, document)
    enter_state(work, document.order, OrderCommand.SETTLE, OrderState.COMPLETED)


async def settle_at_receipt(work: Work, document: OrderDocument) -> None:
    """Settle an order whose goods are all received, where its relationship says so (R3-63)."""
    if document.order.state != OrderState.RECEIVED:
        return
    terms = await find_relationship(work, document.order.relationship_id)
    if terms is not None and terms.settles_at_receipt:
        await settle(work, document)


async def invoice_received(work: Work, document: OrderDocument) -> None:
    """Issue the order's invoice; what the buyer owes stands on its account or is paid already.

    When nothing was received there is nothing to invoice, and what schemes gave goes back.
    """
    order = document.order
    lines = [_share(line, order.currency) for line in document.lines if line.received > 0]
    if lines:
        await _issue(work, order, lines)
        order.invoice_status = InvoiceStatus.INVOICED
        await keep_what_was_received(work, order, document.lines)
        await earn_benefits(work, order)
    else:
        await give_spending_back(work, order.id)
        await take_benefits_back(work, order)
    order.settlement_status = SettlementStatus.SETTLED


async def _issue(work: Work, order: Order, lines: list[InvoiceLineDraft]) -> None:
    await issue_invoice(
        work,
        seller_id=order.seller_id,
        buyer_id=order.buyer_id,
        relationship_id=order.relationship_id,
        source_kind="order",
        source_id=order.id,
        currency=order.currency,
        lines=lines,
        buyer_reference=order.buyer_reference,
    )


def _share(line: OrderLine, currency: str) -> InvoiceLineDraft:
    net = _part(line.net, line, currency)
    return InvoiceLineDraft(
        source_line_id=line.id,
        position=line.position,
        sku_id=line.sku_id,
        quantity=line.received,
        net=net,
        tax=_part(line.gross, line, currency) - net,
        tax_rate_percent=line.tax_rate_percent,
        deposit=_part(line.deposit, line, currency),
    )


def _part(amount: Decimal, line: OrderLine, currency: str) -> Decimal:
    share = Fraction(line.received) / Fraction(line.ordered)
    return round_money(Fraction(amount) * share, currency)
