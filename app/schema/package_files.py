"""Delivery notes and labels as PDF, behind the addresses of all downloads."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import IO
from uuid import UUID

from app.fulfilment import queries as shipments
from app.identities.downloads import DownloadTicket
from app.kernel.errors import NotFound
from app.packing import queries
from app.packing.papers import ShipmentSheet, write_delivery_note, write_labels
from app.quotes.files import MEDIA_TYPES, FileFormat, file_name
from app.schema.context import Info, Services
from app.schema.downloads import Download, address_of, printed, reading
from app.schema.quotes.files import DownloadableFile

DELIVERY_NOTE, LABELS = "deliveryNote", "labels"
"""What tickets call the two papers."""
_WRITERS: Mapping[str, Callable[[ShipmentSheet, IO[bytes]], None]] = {
    DELIVERY_NOTE: write_delivery_note,
    LABELS: write_labels,
}


async def papers_of(
    info: Info, kind: str, shipment_ids: Sequence[UUID]
) -> list[DownloadableFile | None]:
    """Give the address of one paper of each shipment; null where it has none for the viewer."""
    async with info.context.read() as work:
        found = await queries.papers_by_shipment(work, shipment_ids)
    has = {key for key, each in found.items() if kind == DELIVERY_NOTE or each.has_labels}
    return [
        _file(info, kind, key, found[key].number) if key in has else None for key in shipment_ids
    ]


def _file(info: Info, kind: str, key: UUID, number: str) -> DownloadableFile:
    name = file_name(kind, number, extension=FileFormat.PDF.value)
    return DownloadableFile(
        file_name=name,
        media_type=MEDIA_TYPES[FileFormat.PDF],
        download_url=address_of(info.context, kind, {"paper": str(key), "name": name}),
    )


async def shipment_file(services: Services, ticket: DownloadTicket) -> Download:
    """Print the paper that a ticket names, if whoever asked for it may read it now."""
    async with reading(services, ticket) as work:
        shipment = await shipments.shipment(work, UUID(ticket.parameters["paper"]))
        sheet = await queries.shipment_sheet(work, shipment)
    if ticket.file == LABELS and not sheet.packages:
        raise NotFound("File")
    content = await asyncio.to_thread(printed, partial(_WRITERS[ticket.file], sheet))
    return Download(ticket.parameters["name"], MEDIA_TYPES[FileFormat.PDF], content)
