"""Where invoices and credit notes are fetched as PDF (R3-26)."""

import strawberry
from strawberry import relay

from app.finance import queries
from app.finance.papers import MoneyPaper
from app.quotes.files import MEDIA_TYPES, FileFormat, file_name
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.downloads import address_of
from app.schema.finance.files import CREDIT_NOTE, INVOICE
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.quotes.files import DownloadableFile


@strawberry.type
class PapersQuery:
    """Questions for papers of money."""

    @cost(100)
    @query(queries.invoice_paper)
    async def invoice_file(self, info: Info, id: relay.GlobalID) -> DownloadableFile:
        """An invoice as a PDF in the buyer's language."""
        key = key_of(id, "Invoice")
        async with info.context.read() as work:
            paper = await queries.invoice_paper(work, key)
        return _file(info, INVOICE, str(key), paper)

    @cost(100)
    @query(queries.credit_note_paper)
    async def credit_note_file(self, info: Info, id: relay.GlobalID) -> DownloadableFile:
        """A credit note as a PDF in the buyer's language."""
        key = key_of(id, "CreditNote")
        async with info.context.read() as work:
            paper = await queries.credit_note_paper(work, key)
        return _file(info, CREDIT_NOTE, str(key), paper)


def _file(info: Info, kind: str, key: str, paper: MoneyPaper) -> DownloadableFile:
    name = file_name(kind, paper.number, extension=FileFormat.PDF.value)
    return DownloadableFile(
        file_name=name,
        media_type=MEDIA_TYPES[FileFormat.PDF],
        download_url=address_of(info.context, kind, {"paper": key, "name": name}),
    )
