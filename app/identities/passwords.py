"""Password hashes: argon2id, made in a thread; the same work whether or not anyone is there."""

import asyncio
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.identities.errors import WrongCredentials

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is known of whoever claims an e-mail address: nothing, if nobody has it."""

    identity_id: UUID | None
    password_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProvenIdentity:
    """An identity whose password was right; made by `prove` alone."""

    identity_id: UUID


async def hash_password(password: str) -> str:
    """Hash a new password, off the event loop."""
    return await asyncio.to_thread(_HASHER.hash, _normal(password))


async def prove(credentials: Credentials, password: str) -> ProvenIdentity:
    """Check a password, outside any transaction; raises `WrongCredentials` for either mistake."""
    matches = await asyncio.to_thread(_matches, credentials.password_hash, _normal(password))
    if not matches or credentials.identity_id is None:
        raise WrongCredentials
    return ProvenIdentity(credentials.identity_id)


def _matches(password_hash: str | None, password: str) -> bool:
    nobodys = _nobodys_hash()
    try:
        return _HASHER.verify(password_hash or nobodys, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
