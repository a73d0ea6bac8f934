"""A real SMTP server for tests, and what it has received."""

import email
import socket
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink


class Mailbox(Sink):
    """Accepts everything and keeps it."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        del server, session
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        """Message-IDs in the order of arrival."""
        return [message["Message-ID"] for message in self.messages]


def mail_server(mailbox: Mailbox, port: int) -> Controller:
    """A server that is not started yet; `start()` and `stop()` block shortly."""
    return Controller(mailbox, hostname="127.0.0.1", port=port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
