"""A real SMTP server for tests, and what it has received."""

import asyncio
import email
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

UNKNOWN = "nobody@example.com"


class Mailbox(Sink):
    """Accepts and keeps everything but what goes to `UNKNOWN`."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        del server, session
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        del server, session, options
        if address == UNKNOWN:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """What has arrived for an address, in order."""
        return [message for message in self.messages if address in message["To"]]

    def ids_to(self, address: str) -> list[str]:
        """Message-IDs of what has arrived for an address, in order."""
        return [message["Message-ID"] for message in self.to(address)]


class MailServer(Controller):
    """A server that leaves nothing open when it stops.

    Its parent stops the loop first, so that connections which a client still holds are never
    closed: the garbage collector finds them later, in whichever test runs then.
    """

    def __init__(self, mailbox: Mailbox, port: int) -> None:
        super().__init__(mailbox, hostname="127.0.0.1", port=port)
        self.open: dict[asyncio.Transport, asyncio.Event] = {}

    def factory(self) -> SMTP:
        return _Conversation(self)

    def stop(self, no_assert: bool = False) -> None:  # noqa: FBT001, FBT002  # aiosmtpd's signature
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for transport in self.open:
            transport.abort()
        await asyncio.gather(*(closed.wait() for closed in self.open.values()))


class _Conversation(SMTP):
    """One connection, known to its server for as long as it is open."""

    def __init__(self, server: MailServer) -> None:
        super().__init__(server.handler, **server.SMTP_kwargs)
        self._open = server.open

    def connection_made(self, transport: Any) -> None:
        self._open[transport] = asyncio.Event()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open.pop(self.transport).set()
        super().connection_lost(error)


@contextmanager
def mail_served(port: int, mailbox: Mailbox | None = None) -> Iterator[Mailbox]:
    """A server for the time of the block."""
    kept = mailbox or Mailbox()
    server = mail_server(kept, port)
    server.start()
    try:
        yield kept
    finally:
        server.stop()


def mail_server(mailbox: Mailbox, port: int) -> MailServer:
    """A server that is not started yet; `start()` and `stop()` block shortly."""
    return MailServer(mailbox, port)
