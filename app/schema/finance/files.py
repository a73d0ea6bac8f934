"""Invoices and credit notes as PDF, behind the addresses of all downloads."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from uuid import UUID

from app.db.work import Work
from app.finance import queries
from app.finance.papers import MoneyPaper, write_pdf, write_statement
from app.identities.downloads import DownloadTicket
from app.quotes.files import MEDIA_TYPES, FileFormat
from app.schema.context import Services
from app.schema.downloads import Download, printed, reading

INVOICE, CREDIT_NOTE, STATEMENT = "invoice", "creditNote", "statement"
"""What tickets call the papers of money."""
_PAPERS: Mapping[str, Callable[[Work, UUID], Awaitable[MoneyPaper]]] = {
    INVOICE: queries.invoice_paper,
    CREDIT_NOTE: queries.credit_note_paper,
}


async def paper_file(services: Services, ticket: DownloadTicket) -> Download:
    """Print the paper that a ticket names, if whoever asked for it may read it now."""
    async with reading(services, ticket) as work:
        paper = await _PAPERS[ticket.file](work, UUID(ticket.parameters["paper"]))
    content = await asyncio.to_thread(printed, partial(write_pdf, paper))
    return Download(ticket.parameters["name"], MEDIA_TYPES[FileFormat.PDF], content)


async def statement_file(services: Services, ticket: DownloadTicket) -> Download:
    """Print the statement that a ticket names, if whoever asked for it may read it now."""
    given = ticket.parameters
    days = date.fromisoformat(given["since"]), date.fromisoformat(given["until"])
    async with reading(services, ticket) as work:
        found = await queries.account_statement(
            work, UUID(given["paper"]), *days, given["currency"]
        )
    content = await asyncio.to_thread(printed, partial(write_statement, found))
    return Download(given["name"], MEDIA_TYPES[FileFormat.PDF], content)
