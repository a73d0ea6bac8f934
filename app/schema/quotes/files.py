"""A customer's price list: page by page, or as a file behind an address good for minutes."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID

import strawberry
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from strawberry import relay

from app.db.database import Access
from app.db.work import begin
from app.identities.downloads import DownloadTicket, read_ticket, sign_ticket
from app.identities.principal import bearer
from app.identities.tokens import AccessClaims
from app.kernel.errors import DomainError, NotFound, Unauthenticated
from app.quotes import queries
from app.quotes.files import (
    MEDIA_TYPES,
    WRITERS,
    FileFormat,
    PriceSheet,
    content_disposition,
    file_name,
)
from app.schema.context import Info, Services
from app.schema.cost import cost
from app.schema.finance.files import PAPERS, written_paper
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request
from app.schema.quotes.catalogue import CatalogueItem

FILES = "/files/{ticket}"
"""The path of every download."""

_PRICE_LIST = "customerPriceList"
_IN_MEMORY_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 16
PriceFileFormat = strawberry.enum(
    FileFormat, name="PriceFileFormat", description=FileFormat.__doc__
)


@strawberry.type
class DownloadableFile:
    """A file to fetch by GET from `downloadUrl` of this server, within five minutes.

    The address names whoever asked for it, whose rights are checked again at the download.
    """

    file_name: str
    media_type: str
    download_url: str


@strawberry.input
class CustomerPriceListFileInput:
    """Whose prices, how written, and for which instant: now without one."""

    relationship_id: relay.GlobalID
    format: FileFormat
    at: datetime | None = None


@strawberry.type
class PriceFilesQuery:
    """Questions about a customer's whole price list."""

    @cost(20)
    @query(queries.customer_price_list)
    async def customer_price_list(
        self,
        info: Info,
        relationship_id: relay.GlobalID,
        at: datetime | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[CatalogueItem]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """What a customer pays for every listed SKU by product name, each unit and break.

        For the customer, up to now, and for its seller, at any instant.
        """
        terms_id = key_of(relationship_id, "TradingRelationship")
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.customer_price_list(work, terms_id, at, page)
        return connection(found, CatalogueItem.of)

    @cost(500)
    @query(queries.customer_price_list_head)
    async def customer_price_list_file(
        self, info: Info, input: CustomerPriceListFileInput
    ) -> DownloadableFile:
        """The same list whole, as a file of at most 5,000 SKUs."""
        terms_id = key_of(input.relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            head = await queries.customer_price_list_head(work, terms_id, input.at)
        claims, services = info.context.claims, info.context.services
        if claims is None:
            raise Unauthenticated("no access token was given")
        parameters = {
            "relationship": str(terms_id),
            "format": input.format.value,
            "at": head.at.isoformat(),
            "name": file_name(
                head.seller, head.buyer, f"{head.at.date()}", extension=input.format.value
            ),
        }
        ticket = DownloadTicket(claims, _PRICE_LIST, parameters)
        signed = sign_ticket(services.keys.secret, ticket, services.clock())
        return DownloadableFile(
            file_name=parameters["name"],
            media_type=MEDIA_TYPES[input.format],
            download_url=FILES.format(ticket=signed),
        )


class Downloads:
    """Serves what tickets name; anything amiss is a file that does not exist."""

    def __init__(self, services: Services) -> None:
        """Answer with the services of the process."""
        self._services = services

    async def answer(self, request: Request) -> Response:
        """Answer one download."""
        try:
            ticket = read_ticket(self._services.keys.secret, request.path_params["ticket"])
            file = await self._written(ticket)
        except DomainError:
            return PlainTextResponse("There is no such file.", 404)
        wanted = FileFormat(ticket.parameters["format"])
        headers = {
            "content-disposition": content_disposition(ticket.parameters["name"]),
            "cache-control": "private, no-store",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        }
        return StreamingResponse(_chunks(file), headers=headers, media_type=MEDIA_TYPES[wanted])

    async def _written(self, ticket: DownloadTicket) -> IO[bytes]:
        if ticket.file in PAPERS:
            return await written_paper(self._services, ticket)
        if ticket.file != _PRICE_LIST:
            raise NotFound("File")
        parameters, services = ticket.parameters, self._services
        claims: AccessClaims = ticket.claims
        identify = bearer(claims, services.policies)
        at = datetime.fromisoformat(parameters["at"]).astimezone(UTC)
        async with begin(
            services.database,
            claims.tenant_id,
            identify,
            access=Access.READ,
            now=services.clock,
        ) as work:
            terms_id = UUID(parameters["relationship"])
            sheet = await queries.customer_price_sheet(work, terms_id, at)
        return await asyncio.to_thread(_file, FileFormat(parameters["format"]), sheet)


def _file(wanted: FileFormat, sheet: PriceSheet) -> IO[bytes]:
    with ExitStack() as opened:
        file = opened.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))
        WRITERS[wanted](sheet, file)
        file.seek(0)
        opened.pop_all()  # `_chunks` closes it.
        return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
