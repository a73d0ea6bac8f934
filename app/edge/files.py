"""The door for files: whole ones go out by GET and come in by PUT, as signed tickets say."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import IO

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from app.edge.answers import error_body
from app.identities.downloads import DownloadTicket, read_ticket
from app.kernel.errors import DomainError, NotFound, Overload, Refused
from app.quotes.files import content_disposition
from app.schema.context import Services
from app.schema.downloads import Download, spool
from app.schema.exchange import TEMPLATE, table_template
from app.schema.files import STORED_FILE, UPLOAD, stored_file, taken_file
from app.schema.finance.files import CREDIT_NOTE, INVOICE, STATEMENT, paper_file, statement_file
from app.schema.package_files import DELIVERY_NOTE, LABELS, shipment_file
from app.schema.quotes import PRICE_LIST, price_list_file
from app.storage.errors import FileIncomplete, FileTooLarge, FileTypeRefused

_CHUNK_BYTES = 1 << 16
_CREATED, _REFUSED = 201, 409
_JSON = "application/json"
_STATUS: Mapping[type[Refused], int] = {
    FileTooLarge: 413,
    FileTypeRefused: 415,
    FileIncomplete: 400,
}
_MAKERS: Mapping[str, Callable[[Services, DownloadTicket], Awaitable[Download]]] = {
    PRICE_LIST: price_list_file,
    STORED_FILE: stored_file,
    TEMPLATE: table_template,
    INVOICE: paper_file,
    CREDIT_NOTE: paper_file,
    STATEMENT: statement_file,
    DELIVERY_NOTE: shipment_file,
    LABELS: shipment_file,
}
_KEPT = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class FileDoor:
    """Serves what tickets name; anything amiss is a file that does not exist."""

    def __init__(self, services: Services) -> None:
        """Answer with the services of the process."""
        self._services = services

    async def answer(self, request: Request) -> Response:
        """Answer one download or upload."""
        try:
            ticket = read_ticket(self._services.keys.secret, request.path_params["ticket"])
            if request.method == "PUT":
                return await self._taken(request, ticket)
            return await self._sent(ticket)
        except Refused as refused:
            body = error_body(refused.message, refused.code, **refused.details)
            return Response(body, _STATUS.get(type(refused), _REFUSED), media_type=_JSON)
        except Overload:
            raise
        except DomainError:
            return PlainTextResponse("There is no such file.", 404)

    async def _sent(self, ticket: DownloadTicket) -> Response:
        make = _MAKERS.get(ticket.file)
        if make is None:
            raise NotFound("File")
        file = await make(self._services, ticket)
        headers = {"content-disposition": content_disposition(file.name), **_KEPT}
        return StreamingResponse(_chunks(file.content), headers=headers, media_type=file.media_type)

    async def _taken(self, request: Request, ticket: DownloadTicket) -> Response:
        if ticket.file != UPLOAD:
            raise NotFound("File")
        with spool() as content:
            await _copy(request, int(ticket.parameters["size"]), content)
            told = await taken_file(self._services, ticket, content)
        return Response(orjson.dumps(told), _CREATED, media_type=_JSON)


async def _copy(request: Request, promised: int, into: IO[bytes]) -> None:
    """Take what was promised and no byte more."""
    came = 0
    try:
        async for chunk in request.stream():
            came += len(chunk)
            if came > promised:
                raise FileIncomplete(promised, came)
            into.write(chunk)
    except ClientDisconnect:
        raise FileIncomplete(promised, came) from None
    if came != promised:
        raise FileIncomplete(promised, came)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
