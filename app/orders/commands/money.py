"""Money that is for no order in particular: taken in, laid on invoices, reversed (R3-25)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db.idempotency import once
from app.db.work import Work
from app.finance import locks as finance_locks
from app.finance.models import CreditNote, Invoice, Payment, PaymentMethod, PrepaidCause
from app.finance.operations import (
    allocate,
    invoices_covered_by,
    oldest_first,
    open_invoices,
    own_sources,
    record_payment,
    require_money,
    reverse,
    top_up,
)
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.orders import locks
from app.orders.models import Order
from app.orders.operations.paying import follow_invoices, is_of_order, take_back
from app.organisations import locks as organisation_locks
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day

LONGEST = 200
MOST_ALLOCATIONS = 500


@dataclass(frozen=True, slots=True)
class AllocationWish:
    """Which invoices to cover by how much; with `is_oldest_first`, all that are open in turn."""

    amounts: Sequence[tuple[UUID, Decimal]] = ()
    is_oldest_first: bool = False

    @property
    def body(self) -> list[Any]:
        """What is the same when the same is asked again."""
        return [[list(each) for each in self.amounts], self.is_oldest_first]

    def check(self) -> None:
        """Raise `Invalid` for a wish that says both, or too much."""
        if self.is_oldest_first and self.amounts:
            raise Invalid("allocations", "cannot be named where the oldest come first")
        if len(self.amounts) > MOST_ALLOCATIONS:
            raise Invalid("allocations", f"must be at most {MOST_ALLOCATIONS}")


@dataclass(frozen=True, slots=True)
class ReceiptOfMoney:
    """Money that came in from a buyer, and what it is to cover."""

    relationship_id: UUID
    amount: Decimal
    method: PaymentMethod
    reference: str
    received_on: date | None
    allocation: AllocationWish
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class BalanceWish:
    """Money to put into a prepaid balance, or to pay out of it."""

    relationship_id: UUID
    amount: Decimal
    reference: str
    idempotency_key: str

    @property
    def body(self) -> list[Any]:
        """What is the same when the same is asked again."""
        return [self.relationship_id, self.amount, self.reference]


@requires(Permission.PAYMENT_RECORD)
async def receive_payment(work: Work, wish: ReceiptOfMoney) -> UUID:
    """Take money in from a customer and lay it on invoices; the rest is the customer's credit.

    Returns the payment's id. Raises what `allocate` does.
    """
    wish.allocation.check()
    _check_reference(wish.reference)
    if wish.method is PaymentMethod.PREPAID_BALANCE:
        raise Invalid("method", "is no way for money to come in")
    if wish.received_on is not None and wish.received_on > await local_day(work):
        raise Invalid("receivedOn", "must not lie ahead")

    async def command(payment_id: UUID) -> None:
        relationship = await _sold(work, wish.relationship_id)
        billed = await _locked_bills(work, wish.allocation, relationship.id)
        payment = await record_payment(
            work,
            relationship.id,
            "trading_relationship",
            relationship.id,
            wish.method,
            relationship.currency,
            wish.amount,
            wish.reference,
            wish.received_on,
            payment_id,
        )
        await _lay(work, payment, wish.allocation, billed)

    body = [wish.relationship_id, wish.amount, wish.method, wish.reference, wish.received_on]
    body += wish.allocation.body
    return await once(work, wish.idempotency_key, "receivePayment", body, new_id(), command)


@requires(Permission.PAYMENT_RECORD)
async def allocate_payment(work: Work, payment_id: UUID, wish: AllocationWish, key: str) -> UUID:
    """Lay what is left of a payment on invoices of the same customer; returns its id."""
    wish.check()

    async def command(_: UUID) -> None:
        known = await _own_payment(work, payment_id)
        billed = await _locked_bills(work, wish, known.relationship_id)
        payment = await finance_locks.own_payment(work, payment_id) or known
        await _lay(work, payment, wish, billed)

    body = [payment_id, *wish.body]
    return await once(work, key, "allocatePayment", body, payment_id, command)


@requires(Permission.PAYMENT_RECORD)
async def allocate_credit_note(work: Work, note_id: UUID, wish: AllocationWish, key: str) -> UUID:
    """Lay what is left of a credit note on invoices of the same customer; returns its id."""
    wish.check()

    async def command(_: UUID) -> None:
        own = CreditNote.seller_id == work.actor.own_organisation
        statement = select(CreditNote).where(CreditNote.id == note_id, own)
        known = (await work.session.scalars(statement)).first()
        if known is None:
            raise NotFound("CreditNote").at("creditNoteId")
        billed = await _locked_bills(work, wish, known.relationship_id)
        note = await finance_locks.own_credit_note(work, note_id) or known
        await _lay(work, note, wish, billed)

    body = [note_id, *wish.body]
    return await once(work, key, "allocateCreditNote", body, note_id, command)


@requires(Permission.PAYMENT_RECORD)
async def reverse_payment(work: Work, payment_id: UUID, reason: str) -> UUID:
    """Let a payment count for nothing, such as a cheque that bounced: what it covered is open.

    The order that it was for keeps its state. Returns the payment's id; raises `PaymentReversed`.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST:
        raise Invalid("reason", f"must have 1 to {LONGEST} characters")
    known = await _own_payment(work, payment_id)
    covered = list(await invoices_covered_by(work, payment_id))
    order_id = is_of_order(known)
    billed = await _locked(work, covered, {order_id} if order_id else set())
    payment = await finance_locks.own_payment(work, payment_id) or known
    await reverse(work, payment, reason)
    again = await finance_locks.invoices(work, covered)
    for order in billed.orders:
        if order.id == order_id:
            take_back(work, order, payment, reason)
    follow_invoices(billed.orders, again)
    return payment_id


@requires(Permission.PAYMENT_RECORD)
async def top_up_prepaid_balance(work: Work, wish: BalanceWish) -> UUID:
    """Take money into what a customer has paid ahead; returns the relationship's id (R0-31)."""
    relationship = await _checked(work, wish)

    async def command(movement_id: UUID) -> None:
        await top_up(work, movement_id, relationship, wish.amount, wish.reference)

    await once(work, wish.idempotency_key, "topUpPrepaidBalance", wish.body, new_id(), command)
    return wish.relationship_id


@requires(Permission.PAYMENT_RECORD)
async def pay_out_prepaid_balance(work: Work, wish: BalanceWish) -> UUID:
    """Give a customer back what it has paid ahead; raises `PrepaidBalanceTooLow`."""
    relationship = await _checked(work, wish)

    async def command(movement_id: UUID) -> None:
        cause = PrepaidCause.PAY_OUT
        await top_up(work, movement_id, relationship, wish.amount, wish.reference, cause)

    await once(work, wish.idempotency_key, "payOutPrepaidBalance", wish.body, new_id(), command)
    return wish.relationship_id


@dataclass(frozen=True, slots=True)
class _Billed:
    """Invoices and the orders behind them, locked in the order in which everybody locks them."""

    orders: Sequence[Order]
    invoices: Sequence[Invoice]


async def _locked_bills(work: Work, wish: AllocationWish, relationship_id: UUID) -> _Billed:
    if wish.is_oldest_first:
        return await _locked(work, await open_invoices(work, relationship_id), set())
    return await _locked(work, [invoice_id for invoice_id, _ in wish.amounts], set())


async def _locked(work: Work, invoice_ids: Collection[UUID], order_ids: set[UUID]) -> _Billed:
    sources = await own_sources(work, invoice_ids)
    if not sources and not order_ids:
        return _Billed([], [])
    orders = await locks.orders(work, {*sources.values(), *order_ids})
    return _Billed(orders, await finance_locks.invoices(work, list(sources)))


async def _lay(
    work: Work, source: Payment | CreditNote, wish: AllocationWish, billed: _Billed
) -> None:
    if wish.is_oldest_first:
        await allocate(work, source, oldest_first(billed.invoices, source.unallocated))
    else:
        known = {invoice.id: invoice for invoice in billed.invoices}
        for place, (invoice_id, _) in enumerate(wish.amounts):
            if invoice_id not in known:
                raise NotFound("Invoice").at(f"allocations.{place}.invoiceId")
        await allocate(work, source, [(known[key], amount) for key, amount in wish.amounts])
    follow_invoices(billed.orders, billed.invoices)


async def _own_payment(work: Work, payment_id: UUID) -> Payment:
    statement = (
        select(Payment)
        .join(TradingRelationship, TradingRelationship.id == Payment.relationship_id)
        .where(
            Payment.id == payment_id,
            TradingRelationship.seller_id == work.actor.own_organisation,
        )
    )
    found = (await work.session.scalars(statement)).first()
    if found is None:
        raise NotFound("Payment").at("paymentId")
    return found


async def _checked(work: Work, wish: BalanceWish) -> TradingRelationship:
    _check_reference(wish.reference)
    relationship = await _sold(work, wish.relationship_id)
    require_money(wish.amount, relationship.currency)
    return relationship


async def _sold(work: Work, relationship_id: UUID) -> TradingRelationship:
    relationship = await organisation_locks.sold_by_own(work, relationship_id)
    if relationship is None:
        raise NotFound("TradingRelationship").at("relationshipId")
    return relationship


def _check_reference(reference: str) -> None:
    if len(reference) > LONGEST:
        raise Invalid("reference", f"must have at most {LONGEST} characters")
