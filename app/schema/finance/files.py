"""Invoices and credit notes as PDF, behind the addresses of all downloads."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID

from app.db.database import Access
from app.db.work import Work, begin
from app.finance import queries
from app.finance.papers import MoneyPaper, write_pdf
from app.identities.downloads import DownloadTicket
from app.identities.principal import bearer
from app.schema.context import Services

INVOICE, CREDIT_NOTE = "invoice", "creditNote"
"""What tickets call the two papers."""
PAPERS: Mapping[str, Callable[[Work, UUID], Awaitable[MoneyPaper]]] = {
    INVOICE: queries.invoice_paper,
    CREDIT_NOTE: queries.credit_note_paper,
}
_IN_MEMORY_BYTES = 1 << 20


async def written_paper(services: Services, ticket: DownloadTicket) -> IO[bytes]:
    """Print the paper that a ticket names, if whoever asked for it may read it now."""
    claims = ticket.claims
    async with begin(
        services.database,
        claims.tenant_id,
        bearer(claims, services.policies),
        access=Access.READ,
        now=services.clock,
    ) as work:
        paper = await PAPERS[ticket.file](work, UUID(ticket.parameters["paper"]))
    return await asyncio.to_thread(_printed, paper)


def _printed(paper: MoneyPaper) -> IO[bytes]:
    with ExitStack() as opened:
        file = opened.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))
        write_pdf(paper, file)
        file.seek(0)
        opened.pop_all()  # Whoever sends it closes it.
        return file
