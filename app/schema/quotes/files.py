"""A customer's price list: page by page, or as a file behind an address good for minutes."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import strawberry
from strawberry import relay

from app.identities.downloads import DownloadTicket
from app.quotes import queries
from app.quotes.files import (
    MEDIA_TYPES,
    WRITERS,
    FileFormat,
    file_name,
)
from app.schema.context import Info, Services
from app.schema.cost import cost
from app.schema.downloads import Download, address_of, printed, reading
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request
from app.schema.quotes.catalogue import CatalogueItem

PRICE_LIST = "customerPriceList"
"""What tickets call such a file."""

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
        parameters = {
            "relationship": str(terms_id),
            "format": input.format.value,
            "at": head.at.isoformat(),
            "name": file_name(
                head.seller, head.buyer, f"{head.at.date()}", extension=input.format.value
            ),
        }
        return DownloadableFile(
            file_name=parameters["name"],
            media_type=MEDIA_TYPES[input.format],
            download_url=address_of(info.context, PRICE_LIST, parameters),
        )


async def price_list_file(services: Services, ticket: DownloadTicket) -> Download:
    """Write the list that a ticket names, if whoever asked for it may read it now."""
    parameters = ticket.parameters
    at = datetime.fromisoformat(parameters["at"]).astimezone(UTC)
    async with reading(services, ticket) as work:
        sheet = await queries.customer_price_sheet(work, UUID(parameters["relationship"]), at)
    wanted = FileFormat(parameters["format"])
    content = await asyncio.to_thread(printed, partial(WRITERS[wanted], sheet))
    return Download(parameters["name"], MEDIA_TYPES[wanted], content)
