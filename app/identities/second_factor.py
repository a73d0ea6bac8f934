"""A second factor by time (RFC 6238): codes of six digits, each good once, and a way back.

No secret is stored. It is worked out from the installation's secret and the enrolment's row, so
that neither a query nor a copy of the database gives one away.
"""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1, sha256
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, select, update

from app.db.work import Work
from app.identities import locks
from app.identities.models import RecoveryCode, SecondFactor, SignInSession
from app.kernel.ids import new_id

STEP_SECONDS = 30
DIGITS = 6
RECOVERY_CODES = 10
LASTS = timedelta(minutes=5)
"""How long a sign-in waits for its code."""

RESET_LASTS = timedelta(hours=24)
_WINDOW = 1
_SECRET_BYTES = 20
_RECOVERY_LENGTH, _GROUP = 16, 4
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_PURPOSE = b"tributary second factor 1"
_ISSUER = "Tributary"


@dataclass(frozen=True, slots=True)
class FactorKeys:
    """Works out secrets and the hashes of fall-back codes; `secret` is the installation's own."""

    secret: str = field(repr=False)

    def of(self, enrolment_id: UUID) -> bytes:
        """Return an enrolment's secret, of the 20 bytes that RFC 4226 recommends."""
        said = _PURPOSE + enrolment_id.bytes
        return hmac.digest(self.secret.encode(), said, "sha256")[:_SECRET_BYTES]

    def hash(self, identity_id: UUID, recovery_code: str) -> str:
        """Return what is stored of a fall-back code, however it is typed."""
        plain = "".join(letter for letter in recovery_code.lower() if letter.isalnum())
        said = _PURPOSE + identity_id.bytes + plain.encode()
        return hmac.new(self.secret.encode(), said, sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs: the secret as people type it, and as an address to scan."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def step_of(instant: datetime) -> int:
    """Return the number of the half minute that an instant is in."""
    return int(instant.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """Return the code of a half minute (RFC 6238 with SHA-1, as authenticators have it)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), sha1).digest()
    place = digest[-1] & 0xF
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: bytes, code: str, now: datetime, after: int | None) -> int | None:
    """Return the half minute that a code is of: this one or a neighbour, and later than `after`."""
    present, found = step_of(now), None
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        is_it = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        if is_it and (after is None or step > after):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return ten fall-back codes, of 78 random bits each."""
    return [_grouped() for _ in range(RECOVERY_CODES)]


def _grouped() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LENGTH))
    places = range(0, _RECOVERY_LENGTH, _GROUP)
    return "-".join(letters[place : place + _GROUP] for place in places)


async def is_enrolled(work: Work, identity_id: UUID) -> bool:
    """Whether somebody has confirmed a second factor."""
    statement = select(SecondFactor.identity_id).where(
        SecondFactor.identity_id == identity_id, SecondFactor.confirmed_at.is_not(None)
    )
    return (await work.session.execute(statement)).first() is not None


async def begin_enrolment(work: Work, keys: FactorKeys, identity_id: UUID, email: str) -> Enrolment:
    """Give a new secret, which counts once a code of it is confirmed; the one before is void."""
    factor = await locks.second_factor(work, identity_id)
    enrolment_id = new_id()
    if factor is None:
        row = SecondFactor(identity_id=identity_id, enrolment_id=enrolment_id, made_at=work.now)
        await work.save(row)
    else:
        factor.enrolment_id, factor.made_at, factor.last_step = enrolment_id, work.now, None
    secret = b32encode(keys.of(enrolment_id)).decode()
    label, issuer = quote(f"{_ISSUER}:{email}"), quote(_ISSUER)
    return Enrolment(
        secret,
        f"otpauth://totp/{label}?secret={secret}&issuer={issuer}"
        f"&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
    )


async def accept(work: Work, keys: FactorKeys, identity_id: UUID, code: str) -> bool:
    """Whether a code is right, which uses it up: the authenticator's, or one to fall back on."""
    factor = await locks.second_factor(work, identity_id)
    if factor is None:
        return False
    plain = "".join(code.split())
    step = matching_step(keys.of(factor.enrolment_id), plain, work.now, factor.last_step)
    if step is not None:
        factor.last_step = step
        return True
    if factor.confirmed_at is None:
        return False
    used = await work.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.identity_id == identity_id,
            RecoveryCode.code_hash == keys.hash(identity_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=work.now)
        .returning(RecoveryCode.code_hash)
    )
    return used.first() is not None


async def confirm(work: Work, keys: FactorKeys, identity_id: UUID) -> Sequence[str]:
    """Let the second factor count from now on; returns the fall-back codes, this once."""
    await work.session.execute(
        update(SecondFactor)
        .where(SecondFactor.identity_id == identity_id)
        .values(confirmed_at=work.now)
        .execution_options(synchronize_session=False)
    )
    await work.session.execute(delete(RecoveryCode).where(RecoveryCode.identity_id == identity_id))
    codes = new_recovery_codes()
    rows = [
        RecoveryCode(identity_id=identity_id, code_hash=keys.hash(identity_id, code))
        for code in codes
    ]
    await work.save(*rows)
    return codes


async def remove(work: Work, identity_id: UUID) -> bool:
    """Take somebody's second factor and fall-back codes away; whether there was one."""
    await work.session.execute(delete(RecoveryCode).where(RecoveryCode.identity_id == identity_id))
    gone = delete(SecondFactor).where(SecondFactor.identity_id == identity_id)
    removed = await work.session.execute(gone.returning(SecondFactor.confirmed_at))
    return removed.scalar_one_or_none() is not None


async def note_proof(work: Work, session_id: UUID) -> None:
    """Note that a sign-in was made with a second factor."""
    await work.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id)
        .values(second_factor_at=work.now)
        .execution_options(synchronize_session=False)
    )


async def is_proven(work: Work, session_id: UUID) -> bool:
    """Whether a sign-in was made with a second factor."""
    statement = select(SignInSession.second_factor_at).where(SignInSession.id == session_id)
    return (await work.session.execute(statement)).scalar_one_or_none() is not None
