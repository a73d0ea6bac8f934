"""Letters: e-mails of the platform itself, to people who may have no membership anywhere.

They wait in a table of the platform and go out as jobs of the mail queue. What a network tells its
members is a notification; a letter is what proves an address or concerns the way in.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from app.db.outbox import signal_for_platform
from app.db.work import Work
from app.identities.models import Letter
from app.identities.one_time_tokens import OneTimeKeys, Purpose
from app.kernel.errors import Invalid
from app.kernel.ids import new_id

LETTER_POSTED = "letter_posted"
LINK = "{link}"


class LetterKind(StrEnum):
    """What becomes of a letter: `PASSWORD_RESET` gets its link only where the address is known."""

    PLAIN = "PLAIN"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105  # a kind, not a password


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """What to write to whom; `text` has `{link}` where the link to `page` with the token stands.

    After `lifetime` it is not sent any more. `name` is how the person is called, if that is known.
    """

    address: str
    title: str
    text: str
    lifetime: timedelta
    name: str = ""
    kind: LetterKind = LetterKind.PLAIN
    page: str | None = None
    purpose: Purpose | None = None
    token_id: UUID | None = None
    tenant_id: UUID | None = None


async def post(work: Work, letter: NewLetter) -> UUID:
    """Let a letter go out when the work commits; two statements, in any work."""
    row = Letter(
        id=new_id(),
        tenant_id=letter.tenant_id,
        kind=letter.kind,
        address=letter.address,
        name=letter.name,
        title=letter.title,
        text=letter.text,
        page=letter.page,
        purpose=letter.purpose,
        token_id=letter.token_id,
        written_at=work.now,
        expires_at=work.now + letter.lifetime,
    )
    await work.save(row)
    await signal_for_platform(work.session, LETTER_POSTED, row.id)
    return row.id


async def letter_of(work: Work, letter_id: UUID) -> Letter | None:
    """Return a letter that waits, or none when it is gone."""
    return (await work.session.scalars(select(Letter).where(Letter.id == letter_id))).first()


def written(letter: Letter, keys: OneTimeKeys, site: str, token_id: UUID | None = None) -> str:
    """Return a letter's text with its link in place; the token is `token_id`, or the letter's own.

    The token stands behind `#`, which browsers send to no server, so that it is in no log.
    """
    token = token_id or letter.token_id
    if token is None or letter.purpose is None or letter.page is None:
        return letter.text
    text = keys.text(Purpose(letter.purpose), token)
    return letter.text.replace(LINK, f"{site}/{letter.page}#{text}")


def checked_site(address: str) -> str:
    """Return the address of the front end without a slash at its end; raises `Invalid`."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise Invalid("TRIBUTARY_SITE_URL", "must look like https://trade.example.com")
    return address.rstrip("/")
