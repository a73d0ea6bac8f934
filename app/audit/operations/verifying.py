"""Hold the trail against its seals, and name what somebody changed behind our back."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, RowMapping, Select, and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.audit.models import AuditEntry, AuditSeal, SealedEntry, UnsealedEntry
from app.audit.rules import BEGINNING, digest_of, seal_of
from app.db.tables import table_of
from app.db.work import Work

SEALS_A_PAGE = 20
ENTRIES_A_PAGE = 2_000
MOST_MISSING = 1_000

_ENTRY, _SEAL = table_of(AuditEntry), table_of(AuditSeal)
_SEALED, _UNSEALED = table_of(SealedEntry), table_of(UnsealedEntry)


class Fault(StrEnum):
    """What is wrong with the trail, and how a person says it."""

    CHANGED = "{where} was changed after it was sealed"
    MISSING = "{where} was taken away after it was sealed"
    SLIPPED_IN = "{where} was put in past the application: no seal covers it and none is due"
    BROKEN = "{where} does not follow from the seal before it and its entries"
    REMADE = "{where} is not what was noted down for it"


class Noted(NamedTuple):
    """A seal as it was written down elsewhere."""

    number: int
    seal: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault and where it is: an entry's id, or the number of a seal."""

    fault: Fault
    where: UUID | int

    def __str__(self) -> str:
        """Say it in a sentence."""
        kind = "entry" if isinstance(self.where, UUID) else "seal"
        return self.fault.value.format(where=f"{kind} {self.where}")


@dataclass(slots=True)
class Verification:
    """What was looked at, the newest seal, and what was found: seals first, then entries by id."""

    seals: int = 0
    entries: int = 0
    waiting: int = 0
    newest: bytes = BEGINNING
    findings: list[Finding] = field(default_factory=list[Finding])

    def find(self, fault: Fault, where: UUID | int) -> None:
        """Note a fault."""
        self.findings.append(Finding(fault, where))


async def verify(work: Work, noted: Noted | None = None) -> Verification:
    """Make every digest and every seal anew and compare; a page of rows is held at a time.

    Only a seal that was noted shows a chain that somebody who may write everything made anew.
    """
    result = Verification()
    async for seals in _pages(work, _seals(), _SEAL.c.number, SEALS_A_PAGE):
        for seal in seals:
            _check_seal(result, seal, noted)
    await _check_ends(work, result, noted)
    async for entries in _pages(work, _entries(), _ENTRY.c.id, ENTRIES_A_PAGE):
        for entry in entries:
            _check_entry(result, entry)
    for missing in (await work.session.scalars(_missing(work))).all():
        result.find(Fault.MISSING, missing)
    return result


def _check_seal(result: Verification, seal: RowMapping, noted: Noted | None) -> None:
    digests = [digest for digest in seal["digests"] if digest is not None]
    result.seals += 1
    follows = (
        seal["number"] == result.seals
        and seal["previous"] == result.newest
        and seal["entries"] == len(digests)
        and seal["seal"] == seal_of(result.newest, digests)
    )
    if not follows:
        result.find(Fault.BROKEN, seal["number"])
        result.seals = seal["number"]
    if noted and noted.number == seal["number"] and noted.seal != seal["seal"]:
        result.find(Fault.REMADE, seal["number"])
    result.newest = seal["seal"]


async def _check_ends(work: Work, result: Verification, noted: Noted | None) -> None:
    """Look for seals taken from the end: they leave digests behind, or somebody noted one down."""
    statement = select(func.max(_SEALED.c.seal_number)).where(_SEALED.c.tenant_id == work.tenant_id)
    last = await work.session.scalar(statement) or 0
    if last > result.seals:
        result.find(Fault.BROKEN, last)
    if noted and noted.number > result.seals:
        result.find(Fault.REMADE, noted.number)


def _check_entry(result: Verification, entry: RowMapping) -> None:
    columns = dict(entry)
    digest, is_waiting = columns.pop("digest"), columns.pop("is_waiting")
    result.entries += 1
    result.waiting += is_waiting
    if digest is None and not is_waiting:
        result.find(Fault.SLIPPED_IN, entry["id"])
    elif digest is not None and digest != digest_of(columns):
        result.find(Fault.CHANGED, entry["id"])


async def _pages(
    work: Work, statement: Select[*tuple[Any, ...]], key: Column[Any], size: int
) -> AsyncGenerator[Sequence[RowMapping]]:
    of_tenant = statement.where(key.table.c.tenant_id == work.tenant_id).order_by(key).limit(size)
    page = (await work.session.execute(of_tenant)).mappings().all()
    while page:
        yield page
        after = page[-1][key.name]
        page = (await work.session.execute(of_tenant.where(key > after))).mappings().all()


def _seals() -> Select[*tuple[Any, ...]]:
    digests = func.array_agg(aggregate_order_by(_SEALED.c.digest, _SEALED.c.place))
    return (
        select(*_SEAL.c, digests.label("digests"))
        .outerjoin(
            _SEALED,
            and_(_SEALED.c.tenant_id == _SEAL.c.tenant_id, _SEALED.c.seal_number == _SEAL.c.number),
        )
        .group_by(_SEAL.c.tenant_id, _SEAL.c.number)
    )


def _entries() -> Select[*tuple[Any, ...]]:
    is_waiting = _UNSEALED.c.entry_id.is_not(None).label("is_waiting")
    return (
        select(*_ENTRY.c, _SEALED.c.digest, is_waiting)
        .outerjoin(
            _SEALED,
            and_(_SEALED.c.tenant_id == _ENTRY.c.tenant_id, _SEALED.c.entry_id == _ENTRY.c.id),
        )
        .outerjoin(
            _UNSEALED,
            and_(_UNSEALED.c.tenant_id == _ENTRY.c.tenant_id, _UNSEALED.c.entry_id == _ENTRY.c.id),
        )
    )


def _missing(work: Work) -> Select[UUID]:
    return (
        select(_SEALED.c.entry_id)
        .outerjoin(
            _ENTRY,
            and_(_ENTRY.c.tenant_id == _SEALED.c.tenant_id, _ENTRY.c.id == _SEALED.c.entry_id),
        )
        .where(_SEALED.c.tenant_id == work.tenant_id, _ENTRY.c.id.is_(None))
        .order_by(_SEALED.c.entry_id)
        .limit(MOST_MISSING)
    )
