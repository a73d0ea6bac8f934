"""A real SMTP server for tests, and what it has received."""

import email
import socket
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

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


def mail_server(mailbox: Mailbox, port: int) -> Controller:
    """A server that is not started yet; `start()` and `stop()` block shortly."""
    return Controller(mailbox, hostname="127.0.0.1", port=port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
