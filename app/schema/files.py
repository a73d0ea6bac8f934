"""Stored files: uploads begin here, and every package shows its files in this shape."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import IO, Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.care.queries.tickets import readable_ticket_files
from app.catalog import queries as catalog
from app.db.work import Work, perform
from app.exchange.queries import readable_exports, readable_imports
from app.fulfilment.queries import readable_proofs
from app.identities.downloads import LIFETIME, DownloadTicket
from app.identities.principal import bearer
from app.kernel.errors import NotFound
from app.orders.queries.attachments import readable_attachments
from app.schema.context import Info, Services
from app.schema.downloads import Download, address_of, reading, spool
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal
from app.storage import commands
from app.storage.models import StoredFile as FileRow
from app.storage.operations import copy_out, files_by_id
from app.storage.operations.keeping import measure
from app.storage.rules.purposes import FilePurpose

STORED_FILE, UPLOAD = "storedFile", "upload"
"""What tickets call a file to fetch, and one to send."""

Reader = Callable[[Work, Sequence[UUID]], Awaitable[Collection[UUID]]]
READERS: Mapping[FilePurpose, Reader] = {
    FilePurpose.DELIVERY_PROOF: readable_proofs,
    FilePurpose.EXPORT: readable_exports,
    FilePurpose.IMPORT: readable_imports,
    FilePurpose.ORDER_ATTACHMENT: readable_attachments,
    FilePurpose.PRODUCT_IMAGE: catalog.readable_image_files,
    FilePurpose.SIGNATURE: readable_proofs,
    FilePurpose.TICKET_ATTACHMENT: readable_ticket_files,
    FilePurpose.THUMBNAIL: catalog.readable_image_files,
}
"""Who says which files of a purpose the actor may read: the guarded query of what uses them."""

strawberry.enum(FilePurpose, description=FilePurpose.__doc__)


@strawberry.type
class StoredFile:
    """A file; `sha256` is of its bytes in hex, `mediaType` was recognised from them."""

    id: relay.GlobalID
    file_name: str
    media_type: str
    bytes: int
    sha256: str
    stored_at: datetime
    download_url: str = strawberry.field(
        description="To fetch by GET from this server within five minutes; rights are checked then."
    )

    @classmethod
    def of(cls, info: Info, file: FileRow) -> "StoredFile":
        """Show a file that its user has decided to show."""
        assert file.stored_at is not None
        return cls(
            id=relay.GlobalID("StoredFile", str(file.id)),
            file_name=file.file_name,
            media_type=file.media_type or "",
            bytes=file.size,
            sha256=file.sha256 or "",
            stored_at=file.stored_at,
            download_url=address_of(info.context, STORED_FILE, {"file": str(file.id)}),
        )


async def stored_files(info: Info, file_ids: Sequence[UUID | None]) -> list[StoredFile | None]:
    """Show files in the order of ids, for fields of whatever uses them; one statement."""
    wanted = {file_id for file_id in file_ids if file_id is not None}
    async with info.context.read() as work:
        found = await files_by_id(work, wanted) if wanted else {}
    shown = {file_id: StoredFile.of(info, file) for file_id, file in found.items()}
    return [shown.get(file_id) if file_id else None for file_id in file_ids]


def file_key(file_id: relay.GlobalID) -> UUID:
    """Return the key of a file in an input."""
    return key_of(file_id, "StoredFile")


@strawberry.input
class BeginUploadInput:
    """What is about to be sent: what for, under which name, and how many `bytes` exactly."""

    purpose: FilePurpose
    file_name: str
    bytes: int


@strawberry.type
class UploadTicket:
    """Where to send the bytes by PUT, as the body itself, before the ticket expires.

    `fileId` is good for whatever takes a file once they are there; unused, it is gone a day later.
    """

    file_id: relay.GlobalID
    upload_url: str
    expires_at: datetime


BeginUploadResult = Annotated[UploadTicket | Refusal, strawberry.union("BeginUploadResult")]


@strawberry.type
class FilesMutation:
    """How files come."""

    @mutation(commands.begin_upload)
    async def begin_upload(self, info: Info, input: BeginUploadInput) -> BeginUploadResult:
        """Begin to upload a file; asked again it begins another one, the first is forgotten."""
        upload = commands.Upload(input.purpose, input.file_name, input.bytes)
        file = await info.context.write(lambda work: commands.begin_upload(work, upload))
        ticket = {"file": str(file.id), "purpose": file.purpose, "size": str(file.size)}
        return UploadTicket(
            file_id=relay.GlobalID("StoredFile", str(file.id)),
            upload_url=address_of(info.context, UPLOAD, ticket),
            expires_at=info.context.services.clock() + LIFETIME,
        )


async def taken_file(
    services: Services, ticket: DownloadTicket, content: IO[bytes]
) -> dict[str, object]:
    """Store the bytes that came with an upload's ticket; returns what they are, in words."""
    given = ticket.parameters
    measured = await asyncio.to_thread(measure, content, FilePurpose(given["purpose"]))
    file = await perform(
        services.database,
        ticket.claims.tenant_id,
        bearer(ticket.claims, services.policies),
        lambda work: commands.receive(work, UUID(given["file"]), measured, content),
        services.clock,
    )
    return {"bytes": file.size, "mediaType": file.media_type, "sha256": file.sha256}


async def stored_file(services: Services, ticket: DownloadTicket) -> Download:
    """Copy a file out, if what uses it lets whoever asked read it now."""
    file_id = UUID(ticket.parameters["file"])
    async with reading(services, ticket) as work:
        file = (await files_by_id(work, [file_id])).get(file_id)
        reader = READERS.get(FilePurpose(file.purpose)) if file and file.used_at else None
        if file is None or reader is None or file_id not in await reader(work, [file_id]):
            raise NotFound("File")
        content = spool()
        try:
            await copy_out(work, file_id, content)
        except BaseException:
            content.close()
            raise
    content.seek(0)
    return Download(file.file_name, file.media_type or "", content)
