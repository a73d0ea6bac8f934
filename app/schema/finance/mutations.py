"""What can be done about invoices."""

from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry import relay

from app.finance import queries
from app.finance.commands.crediting import CreditWish, credit_invoice
from app.finance.commands.details import set_billing_details
from app.finance.commands.statements import answer_statement
from app.finance.models import CreditCause
from app.finance.operations.crediting import CreditedPieces
from app.schema.context import Info
from app.schema.finance.details import BillingDetails, SetBillingDetailsInput
from app.schema.finance.invoices import CreditNote
from app.schema.finance.statements import AccountStatement, AnswerAccountStatementInput
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal


@strawberry.input
class CreditedLineInput:
    """Pieces of the invoice's line at `position`, and why they are credited."""

    position: int
    quantity: Decimal
    cause: CreditCause


@strawberry.input
class CreditInvoiceInput:
    """What to take back of an invoice, and the reason that stands on the credit note."""

    idempotency_key: str
    invoice_id: relay.GlobalID
    lines: list[CreditedLineInput]
    reason: str

    def value(self) -> CreditWish:
        """Translate to the command's own words."""
        return CreditWish(
            invoice_id=key_of(self.invoice_id, "Invoice"),
            lines=[CreditedPieces(each.position, each.quantity, each.cause) for each in self.lines],
            reason=self.reason,
            idempotency_key=self.idempotency_key,
        )


CreditInvoiceResult = Annotated[CreditNote | Refusal, strawberry.union("CreditInvoiceResult")]
SetBillingDetailsResult = Annotated[
    BillingDetails | Refusal, strawberry.union("SetBillingDetailsResult")
]

AnswerAccountStatementResult = Annotated[
    AccountStatement | Refusal, strawberry.union("AnswerAccountStatementResult")
]


@strawberry.type
class FinanceMutation:
    """What can be done about invoices."""

    @mutation(credit_invoice)
    async def credit_invoice(self, info: Info, input: CreditInvoiceInput) -> CreditInvoiceResult:
        """Credit goods that were billed and lost, refused, short or damaged, at what was billed."""
        note_id = await info.context.write(lambda work: credit_invoice(work, input.value()))
        async with info.context.read() as work:
            return CreditNote.of(await queries.credit_note(work, note_id))

    @mutation(set_billing_details)
    async def set_billing_details(
        self, info: Info, input: SetBillingDetailsInput
    ) -> SetBillingDetailsResult:
        """Set what the own organisation has on invoices from now on; those issued stay."""
        row = await info.context.write(lambda work: set_billing_details(work, input.value()))
        return BillingDetails.of(row)

    @mutation(answer_statement)
    async def answer_account_statement(
        self, info: Info, input: AnswerAccountStatementInput
    ) -> AnswerAccountStatementResult:
        """Confirm a statement of what the own organisation owes, or dispute it with words (R3-27).

        The figures that were seen are kept, and the seller is told. The latest answer counts.
        """
        wish = input.value()
        await info.context.write(lambda work: answer_statement(work, wish))
        async with info.context.read() as work:
            found = await queries.account_statement(
                work, wish.relationship_id, wish.since, wish.until, wish.currency
            )
        return AccountStatement.of(info, found)
