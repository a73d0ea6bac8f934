"""Tokens that are good once and for a while: what a link in an e-mail proves.

No token is stored. Its text is worked out from the installation's secret and the row that says it
is valid, so that neither a query nor a copy of the database shows one, and a job that sends an
e-mail twice sends the same link. Whoever issues one says what it is for and about what; a token of
one purpose is good for no other.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select, update

from app.db.work import Work
from app.identities import locks
from app.identities.models import OneTimeToken
from app.kernel.ids import new_id

_PURPOSE = b"tributary one-time token 1"
_ID_BYTES = 16
_PROOF_BYTES = 32
_TEXT_LENGTH = (_ID_BYTES + _PROOF_BYTES) * 4 // 3
GRACE = timedelta(days=30)
"""How long rows of tokens are kept that are good no more."""


class Purpose(StrEnum):
    """What a token is good for."""

    EMAIL_PROOF = "EMAIL_PROOF"
    INVITATION = "INVITATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105  # a purpose, not a password
    PROVIDER_LINK = "PROVIDER_LINK"
    PROVIDER_ROUND = "PROVIDER_ROUND"
    REGISTRATION = "REGISTRATION"
    REGISTRATION_LINK = "REGISTRATION_LINK"
    SECOND_FACTOR_RESET = "SECOND_FACTOR_RESET"
    SECOND_STEP = "SECOND_STEP"
    TRIAL_REQUEST = "TRIAL_REQUEST"


@dataclass(frozen=True, slots=True)
class OneTimeKeys:
    """Works out the texts of tokens; `secret` is the installation's own."""

    secret: str = field(repr=False)

    def text(self, purpose: Purpose, token_id: UUID) -> str:
        """Return a token as its owner gets it: 64 letters, digits, `-` and `_`."""
        return urlsafe_b64encode(token_id.bytes + self._proof(purpose, token_id)).decode()

    def token_id(self, purpose: Purpose, text: str) -> UUID | None:
        """Return which token a text is, or none when nobody has made it for the purpose."""
        try:
            given = urlsafe_b64decode(text.encode("ascii"))
        except (NotBase64, ValueError):
            return None
        if len(text) != _TEXT_LENGTH or len(given) != _ID_BYTES + _PROOF_BYTES:
            return None
        token_id = UUID(bytes=given[:_ID_BYTES])
        matches = hmac.compare_digest(given[_ID_BYTES:], self._proof(purpose, token_id))
        return token_id if matches else None

    def _proof(self, purpose: Purpose, token_id: UUID) -> bytes:
        said = b"\0".join((_PURPOSE, purpose.value.encode(), token_id.bytes))
        return hmac.digest(self.secret.encode(), said, "sha256")


async def issue(  # noqa: PLR0913  # what a token is and nothing else
    work: Work,
    purpose: Purpose,
    subject_id: UUID,
    lifetime: timedelta,
    *,
    tenant_id: UUID | None = None,
    token_id: UUID | None = None,
) -> UUID:
    """Make a token about a subject and return its identifier; earlier ones stay good.

    `tenant_id` is the network whose business it is, if it is one's: it goes when that goes. One
    statement.
    """
    token = OneTimeToken(
        id=token_id or new_id(),
        purpose=purpose,
        tenant_id=tenant_id,
        subject_id=subject_id,
        issued_at=work.now,
        expires_at=work.now + lifetime,
    )
    await work.save(token)
    return token.id


async def look_at(
    work: Work, keys: OneTimeKeys, purpose: Purpose, text: str
) -> OneTimeToken | None:
    """Return the token of a text if it is good now, and leave it so; at most one statement."""
    token_id = keys.token_id(purpose, text)
    if token_id is None:
        return None
    found = await work.session.scalars(select(OneTimeToken).where(OneTimeToken.id == token_id))
    return _good(found.first(), purpose, work.now)


async def spend(work: Work, keys: OneTimeKeys, purpose: Purpose, text: str) -> OneTimeToken | None:
    """Use up the token of a text; none when it is unknown, used, withdrawn or expired.

    Of two uses at once one is the second. It is spent if the work commits.
    """
    token_id = keys.token_id(purpose, text)
    if token_id is None:
        return None
    token = _good(await locks.one_time_token(work, token_id), purpose, work.now)
    if token is not None:
        token.used_at = work.now
    return token


async def withdraw(work: Work, purpose: Purpose, subject_id: UUID) -> None:
    """Make all unused tokens about a subject good for nothing; one statement."""
    await work.session.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.subject_id == subject_id,
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
        )
        .values(expires_at=work.now)
    )


async def forget_old(work: Work) -> None:
    """Remove tokens that have been good for nothing for a month; one statement."""
    await work.session.execute(
        delete(OneTimeToken).where(OneTimeToken.expires_at < work.now - GRACE)
    )


def _good(token: OneTimeToken | None, purpose: Purpose, now: datetime) -> OneTimeToken | None:
    is_good = (
        token is not None
        and token.purpose == purpose
        and token.used_at is None
        and token.expires_at > now
    )
    return token if is_good else None
