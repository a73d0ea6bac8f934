"""Addresses of files: what stands behind a ticket, whichever package made it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from app.db.database import Access
from app.db.work import Work, begin
from app.identities.downloads import DownloadTicket, sign_ticket
from app.identities.principal import bearer
from app.kernel.errors import Unauthenticated
from app.schema.context import Context, Services

FILES = "/files/{ticket}"
"""The path of every download, and of every upload."""

_IN_MEMORY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out: its name, its kind, and its bytes from the beginning."""

    name: str
    media_type: str
    content: IO[bytes]


def address_of(context: Context, file: str, parameters: Mapping[str, str]) -> str:
    """Return an address that opens one file for whoever asks now, for five minutes."""
    claims, services = context.claims, context.services
    if claims is None:
        raise Unauthenticated("no access token was given")
    ticket = DownloadTicket(claims, file, parameters)
    return FILES.format(ticket=sign_ticket(services.keys.secret, ticket, services.clock()))


def reading(services: Services, ticket: DownloadTicket) -> AbstractAsyncContextManager[Work]:
    """Open a snapshot with the rights that whoever asked for the ticket has at this moment."""
    return begin(
        services.database,
        ticket.claims.tenant_id,
        bearer(ticket.claims, services.policies),
        access=Access.READ,
        now=services.clock,
    )


def spool() -> IO[bytes]:
    """Return room for a file, on disk where it is large; it is gone when it is closed."""
    return cast(
        "IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)
    )  # whoever sends it closes it


def printed(write: Callable[[IO[bytes]], None]) -> IO[bytes]:
    """Return what is written, from its beginning; whoever sends it closes it."""
    with ExitStack() as opened:
        file = opened.enter_context(spool())
        write(file)
        file.seek(0)
        opened.pop_all()
        return file
