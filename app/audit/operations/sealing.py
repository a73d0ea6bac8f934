"""Seal entries after their commit, in batches: orders never wait for each other's seals."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, or_, select

from app.audit.models import AuditEntry, AuditSeal, SealedEntry, UnsealedEntry
from app.audit.rules import BEGINNING, digest_of, seal_of
from app.db.tables import table_of
from app.db.work import Work

MOST_ENTRIES = 1_000
"""How many entries one seal covers at most."""

MOST_SEALS_A_RUN = 100


async def unsealed(work: Work) -> Sequence[UUID]:
    """Return the last entry of each batch that waits for its seal, in order; one statement."""
    waiting = (
        select(
            UnsealedEntry.entry_id,
            func.row_number().over(order_by=UnsealedEntry.entry_id).label("number"),
            func.count().over().label("all"),
        )
        .where(UnsealedEntry.tenant_id == work.tenant_id)
        .subquery()
    )
    is_last = or_(waiting.c.number % MOST_ENTRIES == 0, waiting.c.number == waiting.c.all)
    ends = select(waiting.c.entry_id).where(is_last).order_by(waiting.c.entry_id)
    return (await work.session.scalars(ends.limit(MOST_SEALS_A_RUN))).all()


async def seal(work: Work, last: UUID) -> AuditSeal | None:
    """Seal what waits, up to and with an entry; none when all of it is sealed.

    Where two do so at once, both make a seal of the same number, and the database takes one.
    """
    newest = await _newest(work)
    entries = (await work.session.execute(_waiting(work, last))).mappings().all()
    if not entries:
        return None
    digests = {entry["id"]: digest_of(dict(entry)) for entry in entries}
    made = _following(work, newest, digests.values())
    await work.save(made)
    await work.insert(
        SealedEntry,
        [
            {"entry_id": key, "seal_number": made.number, "place": place, "digest": digest}
            for place, (key, digest) in enumerate(digests.items())
        ],
    )
    await work.session.execute(
        delete(UnsealedEntry).where(
            UnsealedEntry.tenant_id == work.tenant_id, UnsealedEntry.entry_id.in_(digests)
        )
    )
    return made


def _following(work: Work, newest: AuditSeal | None, digests: Iterable[bytes]) -> AuditSeal:
    previous = newest.seal if newest else BEGINNING
    known = tuple(digests)
    return AuditSeal(
        number=newest.number + 1 if newest else 1,
        sealed_at=work.now,
        entries=len(known),
        previous=previous,
        seal=seal_of(previous, known),
    )


async def _newest(work: Work) -> AuditSeal | None:
    return await work.session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))


def _waiting(work: Work, last: UUID) -> Select[*tuple[Any, ...]]:
    entry, waiting = table_of(AuditEntry).c, table_of(UnsealedEntry).c
    return (
        select(*entry)
        .join(
            table_of(UnsealedEntry),
            and_(waiting.tenant_id == entry.tenant_id, waiting.entry_id == entry.id),
        )
        .where(entry.tenant_id == work.tenant_id, entry.id <= last)
        .order_by(entry.id)
        .limit(MOST_ENTRIES)
    )
