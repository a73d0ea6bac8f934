"""Questions about money owed and paid (R3-25, R3-26)."""

from datetime import date

import strawberry
from strawberry import relay

from app.finance import queries
from app.finance.queries import InvoiceSide
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.finance.details import BillingDetails
from app.schema.finance.invoices import CreditNote, Invoice
from app.schema.finance.prepaid import PrepaidAccount
from app.schema.finance.received import Payment
from app.schema.finance.statements import AccountStatement
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request

strawberry.enum(InvoiceSide, description=InvoiceSide.__doc__)


@strawberry.type
class FinanceQuery:
    """Questions about money owed and paid."""

    @query(queries.invoice)
    async def invoice(self, info: Info, id: relay.GlobalID) -> Invoice:
        """One invoice."""
        async with info.context.read() as work:
            return Invoice.of(await queries.invoice(work, key_of(id, "Invoice")))

    @query(queries.invoices)
    async def invoices(
        self,
        info: Info,
        side: InvoiceSide | None = None,
        only_open: bool = False,  # noqa: FBT001, FBT002  # a GraphQL argument, given by name
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Invoice]:
        """Invoices that the own organisation issued or received, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.invoices(work, page, side, only_open=only_open)
        return connection(found, Invoice.of)

    @query(queries.credit_note)
    async def credit_note(self, info: Info, id: relay.GlobalID) -> CreditNote:
        """One credit note."""
        async with info.context.read() as work:
            return CreditNote.of(await queries.credit_note(work, key_of(id, "CreditNote")))

    @query(queries.credit_notes)
    async def credit_notes(
        self,
        info: Info,
        side: InvoiceSide | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[CreditNote]:
        """Credit notes that the own organisation issued or received, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.credit_notes(work, page, side)
        return connection(found, CreditNote.of)

    @query(queries.payments)
    async def payments(
        self,
        info: Info,
        relationship_id: relay.GlobalID | None = None,
        only_unallocated: bool = False,  # noqa: FBT001, FBT002  # a GraphQL argument, given by name
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Payment]:
        """Payments in one's own trade, the newest first; what is left of one is credit."""
        key = optional_key_of(relationship_id, "TradingRelationship")
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.payments(work, page, key, only_unallocated=only_unallocated)
        return connection(found, Payment.of)

    @query(queries.prepaid_account)
    async def prepaid_account(self, info: Info, relationship_id: relay.GlobalID) -> PrepaidAccount:
        """What the buyer of a relationship has paid ahead, for the two parties."""
        key = key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            return PrepaidAccount.of(await queries.prepaid_account(work, key))

    @cost(20)
    @query(queries.account_statement)
    async def account_statement(
        self,
        info: Info,
        relationship_id: relay.GlobalID,
        since: date,
        until: date,
        currency: str | None = None,
    ) -> AccountStatement:
        """What the buyer of a relationship owed over some days, the same for both parties (R3-26).

        From `since` up to the day before `until`, in one currency: that of the terms without any.
        """
        key = key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            found = await queries.account_statement(work, key, since, until, currency)
        return AccountStatement.of(info, found)

    @query(queries.billing_details)
    async def billing_details(self, info: Info) -> BillingDetails | None:
        """What the own organisation has on invoices; null where nothing was ever said."""
        async with info.context.read() as work:
            found = await queries.billing_details(work)
            return found and BillingDetails.of(found)
