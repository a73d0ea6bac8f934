"""E-mail: the message of a notification, and the two ways out (a mail server, or a folder)."""

import asyncio
import os
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from app.kernel.errors import Invalid
from app.notifications.languages import Language
from app.notifications.operations import Digest, UnsentEmail

SERVER_TIMEOUT_SECONDS = 10
_NOT_AN_ADDRESS = "must look like smtp://user:password@host:port, smtps://… or smtp+starttls://…"
_STARTS_TLS = {"smtp": None, "smtps": False, "smtp+starttls": True}


_WITH_MORE = {
    Language.EN: "{title} (and {more} more)",
    Language.ZH: "{title}（另有 {more} 条）",
}


class MailTransport(Protocol):
    """A way out for e-mail; returning means that somebody else is responsible for it now."""

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over, or raise."""
        ...


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """Hands messages to a mail server, one connection each."""

    host: str
    port: int | None
    user: str | None
    password: str | None
    scheme: str
    seconds: float = SERVER_TIMEOUT_SECONDS

    @classmethod
    def at(cls, url: str) -> "SmtpTransport":
        """Read a server's address; raises `Invalid`."""
        parts = urlsplit(url)
        if parts.scheme not in _STARTS_TLS or not parts.hostname:
            raise Invalid("TRIBUTARY_SMTP_URL", _NOT_AN_ADDRESS)
        user, password = (
            unquote(part) if part else None for part in (parts.username, parts.password)
        )
        return cls(parts.hostname, parts.port, user, password, parts.scheme)

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over; `smtp` uses TLS where the server offers it, the others insist.

        Raises when one answer takes longer than `seconds`, or all together three times as long.
        """
        async with asyncio.timeout(3 * self.seconds):
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.scheme == "smtps",
                start_tls=_STARTS_TLS[self.scheme],
                timeout=self.seconds,
            )


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """Puts messages into a folder as `.eml` files; the same message twice is one file."""

    folder: Path

    async def send(self, message: EmailMessage) -> None:
        """Write a message; a file is there whole or not at all."""
        await asyncio.to_thread(self._write, message)

    def _write(self, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        unfinished = self.folder / f".{name}.{os.getpid()}"
        unfinished.write_bytes(message.as_bytes(policy=SMTP))
        unfinished.replace(self.folder / f"{name}.eml")


def transport_of(smtp_url: str | None, folder: Path | None) -> MailTransport:
    """Choose the way out, the server before the folder; raises `Invalid` when there is none."""
    if smtp_url:
        return SmtpTransport.at(smtp_url)
    if folder is None:
        raise Invalid("TRIBUTARY_SMTP_URL", "must be set, or TRIBUTARY_MAIL_FOLDER instead")
    return FolderTransport(folder)


def digest_of(digest: Digest, sender: str) -> EmailMessage:
    """Write what waited as one e-mail; a single notification reads as if it came by itself."""
    first = digest.told[0]
    more = len(digest.told) - 1
    title = first[0] if not more else _WITH_MORE[digest.language].format(title=first[0], more=more)
    text = first[1] if len(digest.told) == 1 else "\n\n".join(map("\n".join, digest.told))
    email = UnsentEmail(digest.id, digest.name, digest.address, title, text, digest.gathered_at)
    return message_of(email, sender)


def message_of(email: UnsentEmail, sender: str) -> EmailMessage:
    """Write an e-mail; sent twice, both carry the same Message-ID, so that one can be dropped."""
    message = EmailMessage()
    message["Message-ID"] = f"<{email.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = email.created_at
    message["From"] = Address("Tributary", addr_spec=sender)
    message["To"] = Address(_one_line(email.name), addr_spec=email.address)
    message["Subject"] = _one_line(email.title)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{email.text}\n")
    parts = "\n".join(f"<p>{escape(part)}</p>" for part in email.text.split("\n\n"))
    paragraphs = f"<h1>{escape(email.title)}</h1>\n{parts}"
    message.add_alternative(
        f"<!DOCTYPE html>\n<html><body>\n{paragraphs}\n</body></html>\n", subtype="html"
    )
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())
