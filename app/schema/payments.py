"""Money taken in, laid on invoices, reversed, and paid ahead (R3-25, R0-31)."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.db.work import Work
from app.finance import queries
from app.finance.models import PaymentMethod
from app.orders.commands import money, pay
from app.orders.commands.money import AllocationWish, BalanceWish, ReceiptOfMoney
from app.schema.context import Info
from app.schema.finance import CreditNote, Payment, PrepaidAccount
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.orders.inputs import OrderInput
from app.schema.orders.types import OrderResult, load_order
from app.schema.refusals import Refusal


@strawberry.input
class AllocationInput:
    """So much of the money is to cover an invoice."""

    invoice_id: relay.GlobalID
    amount: Decimal


def _wish(allocations: list[AllocationInput], *, oldest_first: bool) -> AllocationWish:
    amounts = [(key_of(each.invoice_id, "Invoice"), each.amount) for each in allocations]
    return AllocationWish(amounts, oldest_first)


async def _payment(info: Info, payment_id: UUID) -> Payment:
    """Read back a payment that has just been written."""
    async with info.context.read() as work:
        return Payment.of(await queries.payment(work, payment_id))


async def _moved(
    info: Info,
    input: "PrepaidBalanceInput",
    move: Callable[[Work, BalanceWish], Awaitable[UUID]],
) -> PrepaidAccount:
    """Move a prepaid balance, and read it back."""
    key = await info.context.write(lambda work: move(work, input.value()))
    async with info.context.read() as work:
        return PrepaidAccount.of(await queries.prepaid_account(work, key))


@strawberry.input
class ReceivePaymentInput:
    """Money from a customer, and what it is to cover: named invoices, or the oldest first.

    What covers nothing stays as the customer's credit.
    """

    idempotency_key: str
    relationship_id: relay.GlobalID
    amount: Decimal
    method: PaymentMethod
    reference: str = ""
    received_on: date | None = None
    allocations: list[AllocationInput] = strawberry.field(default_factory=list)
    oldest_first: bool = False

    def value(self) -> ReceiptOfMoney:
        """Translate to the command's own words."""
        return ReceiptOfMoney(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            amount=self.amount,
            method=self.method,
            reference=self.reference,
            received_on=self.received_on,
            allocation=_wish(self.allocations, oldest_first=self.oldest_first),
            idempotency_key=self.idempotency_key,
        )


@strawberry.input
class AllocatePaymentInput:
    """Which invoices what is left of a payment is to cover: named ones, or the oldest first."""

    idempotency_key: str
    payment_id: relay.GlobalID
    allocations: list[AllocationInput] = strawberry.field(default_factory=list)
    oldest_first: bool = False


@strawberry.input
class AllocateCreditNoteInput:
    """Which invoices what is left of a credit note is to cover: named ones, or the oldest first."""

    idempotency_key: str
    credit_note_id: relay.GlobalID
    allocations: list[AllocationInput] = strawberry.field(default_factory=list)
    oldest_first: bool = False


@strawberry.input
class ReversePaymentInput:
    """A payment that counts no more, and why."""

    payment_id: relay.GlobalID
    reason: str


@strawberry.input
class PrepaidBalanceInput:
    """Money to move into a customer's prepaid balance, or out of it."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    amount: Decimal
    reference: str = ""

    def value(self) -> BalanceWish:
        """Translate to the command's own words."""
        return BalanceWish(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            amount=self.amount,
            reference=self.reference,
            idempotency_key=self.idempotency_key,
        )


PaymentResult = Annotated[Payment | Refusal, strawberry.union("PaymentResult")]
CreditNoteResult = Annotated[CreditNote | Refusal, strawberry.union("CreditNoteResult")]
PrepaidAccountResult = Annotated[PrepaidAccount | Refusal, strawberry.union("PrepaidAccountResult")]


@strawberry.type
class PaymentsMutation:
    """What can be done with money that came in."""

    @mutation(money.receive_payment)
    async def receive_payment(self, info: Info, input: ReceivePaymentInput) -> PaymentResult:
        """Take money in from a customer for whatever it owes; the rest is its credit."""
        key = await info.context.write(lambda work: money.receive_payment(work, input.value()))
        return await _payment(info, key)

    @mutation(money.allocate_payment)
    async def allocate_payment(self, info: Info, input: AllocatePaymentInput) -> PaymentResult:
        """Lay what is left of a payment on invoices of the same customer."""
        wish = _wish(input.allocations, oldest_first=input.oldest_first)
        payment_id = key_of(input.payment_id, "Payment")
        key = await info.context.write(
            lambda work: money.allocate_payment(work, payment_id, wish, input.idempotency_key)
        )
        return await _payment(info, key)

    @mutation(money.allocate_credit_note)
    async def allocate_credit_note(
        self, info: Info, input: AllocateCreditNoteInput
    ) -> CreditNoteResult:
        """Lay what is left of a credit note on invoices of the same customer."""
        wish = _wish(input.allocations, oldest_first=input.oldest_first)
        note_id = key_of(input.credit_note_id, "CreditNote")
        key = await info.context.write(
            lambda work: money.allocate_credit_note(work, note_id, wish, input.idempotency_key)
        )
        async with info.context.read() as work:
            return CreditNote.of(await queries.credit_note(work, key))

    @mutation(money.reverse_payment)
    async def reverse_payment(self, info: Info, input: ReversePaymentInput) -> PaymentResult:
        """Let a payment count for nothing: what it covered is open again."""
        payment_id = key_of(input.payment_id, "Payment")
        key = await info.context.write(
            lambda work: money.reverse_payment(work, payment_id, input.reason)
        )
        return await _payment(info, key)

    @mutation(money.top_up_prepaid_balance)
    async def top_up_prepaid_balance(
        self, info: Info, input: PrepaidBalanceInput
    ) -> PrepaidAccountResult:
        """Take money into what a customer has paid ahead."""
        return await _moved(info, input, money.top_up_prepaid_balance)

    @mutation(money.pay_out_prepaid_balance)
    async def pay_out_prepaid_balance(
        self, info: Info, input: PrepaidBalanceInput
    ) -> PrepaidAccountResult:
        """Give a customer back what it has paid ahead."""
        return await _moved(info, input, money.pay_out_prepaid_balance)

    @mutation(pay.pay_from_balance)
    async def pay_from_balance(self, info: Info, input: OrderInput) -> OrderResult:
        """Pay what is open of an order from what its buyer has paid ahead."""
        order_id = key_of(input.order_id, "Order")
        await info.context.write(lambda work: pay.pay_from_balance(work, order_id))
        return await load_order(info, order_id)
