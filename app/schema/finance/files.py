"""Invoices and credit notes as PDF, behind the addresses of all downloads."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from typing import IO
from uuid import UUID

from app.db.work import Work
from app.finance import queries
from app.finance.papers import MoneyPaper, write_pdf
from app.identities.downloads import DownloadTicket
from app.quotes.files import MEDIA_TYPES, FileFormat
from app.schema.context import Services
from app.schema.downloads import Download, reading, spool

INVOICE, CREDIT_NOTE = "invoice", "creditNote"
"""What tickets call the two papers."""
_PAPERS: Mapping[str, Callable[[Work, UUID], Awaitable[MoneyPaper]]] = {
    INVOICE: queries.invoice_paper,
    CREDIT_NOTE: queries.credit_note_paper,
}


async def paper_file(services: Services, ticket: DownloadTicket) -> Download:
    """Print the paper that a ticket names, if whoever asked for it may read it now."""
    async with reading(services, ticket) as work:
        paper = await _PAPERS[ticket.file](work, UUID(ticket.parameters["paper"]))
    content = await asyncio.to_thread(_printed, paper)
    return Download(ticket.parameters["name"], MEDIA_TYPES[FileFormat.PDF], content)


def _printed(paper: MoneyPaper) -> IO[bytes]:
    with ExitStack() as opened:
        file = opened.enter_context(spool())
        write_pdf(paper, file)
        file.seek(0)
        opened.pop_all()  # Whoever sends it closes it.
        return file
