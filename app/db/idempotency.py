"""Idempotency: the same key and the same body have one effect and one answer (F9, R2-2)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.db.reading import sent
from app.db.tables import Table, TenantOwned, table_of
from app.db.work import Work
from app.kernel.errors import Invalid, Refused

LONGEST_KEY = 128


class IdempotencyKey(TenantOwned, Table):
    """A key a caller has used, with what it was used for and the thing that came of it."""

    __tablename__ = "idempotency_key"

    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str]
    body_hash: Mapped[str]
    result_id: Mapped[UUID]
    used_at: Mapped[datetime]


_CLAIM = (
    insert(table_of(IdempotencyKey))
    .on_conflict_do_nothing()
    .returning(table_of(IdempotencyKey).c.result_id)
)


@dataclass(eq=False)
class IdempotencyKeyReused(Refused):
    """The key was used before, with another body or for another operation."""

    code: ClassVar = "IDEMPOTENCY_KEY_REUSED"
    text: ClassVar = (
        "The idempotency key {key} was already used for other input; use a new key for new input."
    )
    field_path: ClassVar = "idempotencyKey"
    key: str


async def once(  # noqa: PLR0913, PLR0917  # a key is used for exactly these
    work: Work,
    key: str,
    operation: str,
    body: Any,  # whatever orjson can write
    result_id: UUID,
    command: Callable[[UUID], Awaitable[object]],
) -> UUID:
    """Run `command(result_id)` unless the key was used; return the id of what came of it.

    A concurrent twin waits here for the first to commit, and then answers like it. Raises
    `IdempotencyKeyReused` for the same key with another body.
    """
    digest = _digest(operation, body)
    if await _claim(work, key, operation, digest, result_id):
        await command(result_id)
        return result_id
    return await _earlier(work, key, digest)


async def _claim(work: Work, key: str, operation: str, digest: str, result_id: UUID) -> bool:
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid("idempotencyKey", f"must have 1 to {LONGEST_KEY} characters")
    claimed = await sent(
        work,
        _CLAIM,
        membership_id=_caller(work),
        key=key,
        operation=operation,
        body_hash=digest,
        result_id=result_id,
        used_at=work.now,
    )
    return bool(claimed)


async def _earlier(work: Work, key: str, digest: str) -> UUID:
    statement = select(IdempotencyKey.body_hash, IdempotencyKey.result_id).where(
        IdempotencyKey.membership_id == _caller(work), IdempotencyKey.key == key
    )
    body_hash, result_id = (await work.session.execute(statement)).one()
    if body_hash != digest:
        raise IdempotencyKeyReused(key)
    return result_id


def _caller(work: Work) -> UUID:
    return work.actor.membership_id or work.tenant_id


def _digest(operation: str, body: object) -> str:
    written = orjson.dumps([operation, body], option=orjson.OPT_SORT_KEYS, default=_plain)
    return sha256(written).hexdigest()


def _plain(value: object) -> str:
    """Write equal numbers alike: 2 and 2.0 are the same input."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
