"""Revisions: which state of what changes seldom a snapshot shows, so that it may be remembered.

Every table whose rows a process may remember declares a kind as its `revised`. A trigger of the
table marks the transaction that writes to it, whoever writes and however, and the kind of its
tenant gets a new revision as that transaction commits. A read transaction is one snapshot: the
revision that stands in it names exactly the rows that it sees, and nothing that was remembered
under another revision is used (decision 0017). A transaction that writes may read as of its start
(decision 0020).
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar, Final, Generic, TypeVar, cast
from uuid import UUID

from sqlalchemy import ScalarSelect, Text, Uuid, bindparam, exists, func, select
from sqlalchemy import cast as as_type
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import PLATFORM_SCHEMA, Table, TenantOwned, one_of
from app.db.work import TryAgain, Work
from app.kernel.errors import Refused
from app.kernel.ids import new_id

_STATE, _KNOWN = "revisions", "known_at"
_FRESH, _WAITING = "read as of the start", "read so before"
Result = TypeVar("Result")
Key = TypeVar("Key")
Value = TypeVar("Value")
Revision = tuple[str, ...]
"""The revisions of some kinds, in the order of the kinds; empty where nothing was ever written."""


class Revised(StrEnum):
    """What gets revisions: tables that change together and are remembered together."""

    CATALOGUE = "CATALOGUE"
    PARTIES = "PARTIES"
    PRICES = "PRICES"
    SCHEMES = "SCHEMES"


class NetworkRevision(TenantOwned, Table):
    """The revision of a kind in one tenant: a random word, so that none ever comes back."""

    __tablename__ = "network_revision"
    __table_args__ = (one_of("kind", Revised),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[UUID] = mapped_column(default=new_id)
    # Of prices alone: from when the last change of prices or schemes is known (decision 29).
    known_at: Mapped[datetime | None]


class ChangeMark(Table):
    """That the transaction under way has changed rows of a kind; gone before it commits."""

    __tablename__ = "change_mark"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID]
    kind: Mapped[str]


def revised_tables() -> dict[str, Revised]:
    """Return the tables that declare a kind, by name."""
    found = {
        mapper.class_.__tablename__: kind
        for mapper in Table.registry.mappers
        if (kind := getattr(mapper.class_, "revised", None)) is not None
    }
    return dict(sorted(found.items()))


def revisions_in(tenant_id: Any) -> ScalarSelect[Any]:
    """Select all revisions of a tenant, for the statement that begins a transaction."""
    table = NetworkRevision.__table__
    pairs = func.jsonb_object_agg(table.c.kind, as_type(table.c.revision, Text))
    known = func.jsonb_build_object(_KNOWN, func.max(table.c.known_at))
    return select(pairs.op("||")(known)).where(table.c.tenant_id == tenant_id).scalar_subquery()


_TENANT = bindparam("tenant_id", type_=Uuid())
_MARK = ChangeMark.__table__.c
_REVISIONS = select(revisions_in(_TENANT))
_STILL = select(revisions_in(_TENANT), exists().where(_MARK.tenant_id == _TENANT))


def note_revisions(session: AsyncSession, found: Mapping[str, Any] | None) -> None:
    """Keep what the snapshot's own statement said of revisions."""
    session.sync_session.info[_STATE] = found or {}


def known_at(work: Work) -> datetime:
    """Return an instant at which exactly that was known which this work reads of prices.

    It is the last at which something became known in the state that the work reads, and its own
    where nothing ever did. Whatever others have under way becomes known later.
    """
    state = cast("Mapping[str, str]", work.session.sync_session.info.get(_STATE, {}))
    told = state.get(_KNOWN)
    return datetime.fromisoformat(told) if told else work.now


async def revision_of(work: Work, kinds: Collection[Revised]) -> Revision | None:
    """Return the revisions that this work reads in; none where it may not remember anything.

    That is whatever is no snapshot, but for what it reads `as_of_start`: a transaction that writes
    sees what others commit meanwhile. One statement, and none where the statement that identified
    the actor told them.
    """
    info = work.session.sync_session.info
    if not work.is_snapshot and _FRESH not in info:
        return None
    if _STATE not in info:
        found = await work.session.execute(_REVISIONS, {"tenant_id": work.tenant_id})
        note_revisions(work.session, found.scalar_one())
    known = cast("Mapping[str, str]", info[_STATE])
    return tuple([known.get(kind, "") for kind in kinds])


@dataclass(eq=False)
class ChangedMeanwhile(Refused):
    """What a command reads was changed again and again while it was read."""

    code: ClassVar = "CHANGED_MEANWHILE"
    text: ClassVar = "Prices or terms were changed while they were read; please try again."


async def as_of_start(
    work: Work, read: Callable[[], Awaitable[Result]], *, more: bool = False
) -> Result:
    """Read in a writing work what is remembered of the state in which it began.

    `read` changes nothing, and the work has changed nothing yet that is revised. What is not
    remembered is read, and kept if nobody has changed anything meanwhile, which costs a statement;
    if somebody has, the work starts over, for what was read may be of two states. With `more` of
    the kind to come it is left to that to find out. A later attempt does without the memory, and
    is held to one state all the same.
    """
    info = work.session.sync_session.info
    if work.is_snapshot or _FRESH in info:
        return await read()
    if _STATE not in info:
        note_revisions(work.session, (await _state_now(work))[0])
    if work.attempt > 1:
        found = await read()
        return found if more else await _of_one_state(work, found)
    fresh: list[Callable[[], object]] = info.pop(_WAITING, [])
    info[_FRESH] = fresh
    try:
        found = await read()
    finally:
        del info[_FRESH]
    if more:
        info[_WAITING] = fresh
        return found
    if fresh and await _has_changed(work):
        return await _of_one_state(work, await read())
    for keep in fresh:
        keep()
    return found


def apart(work: Work, rows: Iterable[object]) -> None:
    """Take rows to be remembered out of a session that writes: its rollback would empty them."""
    if not work.is_snapshot:
        for row in rows:
            work.session.expunge(row)


async def _of_one_state(work: Work, found: Result) -> Result:
    await _has_changed(work)
    return found


async def _has_changed(work: Work) -> bool:
    """Tell whether the work itself has changed what is revised; `TryAgain` if others have."""
    revisions, has_changed = await _state_now(work)
    if revisions != work.session.sync_session.info[_STATE]:
        raise TryAgain(ChangedMeanwhile())
    return has_changed


async def _state_now(work: Work) -> tuple[Mapping[str, Any], bool]:
    still = await work.session.execute(_STILL, {"tenant_id": work.tenant_id})
    revisions, has_changed = still.one()
    return revisions or {}, has_changed


class Memory(Generic[Key, Value]):
    """Values read from tables of some kinds, those used last, at most so many for all tenants."""

    __slots__ = ("_kinds", "_most", "_values")

    def __init__(self, *kinds: Revised, most: int) -> None:
        """Start empty; the values depend on no table of another kind."""
        self._kinds: Final = kinds
        self._most: Final = most
        self._values: OrderedDict[tuple[int, Key], tuple[Revision, Value]] = OrderedDict()
        _MEMORIES.append(self)

    async def at(self, work: Work) -> "View[Key, Value] | None":
        """Return what is remembered of the state that the work reads; none if it may not be."""
        revision = await revision_of(work, self._kinds)
        return None if revision is None else View(self._values, self._most, work, revision)

    async def of(self, work: Work, key: Key, read: Callable[[], Awaitable[Value]]) -> Value:
        """Return the value of a key, read now unless it is remembered."""
        view = await self.at(work)
        if view is None:
            return await read()
        found = view.get(key)
        return view.put(key, await read()) if found is None else found

    async def each(
        self,
        work: Work,
        keys: Collection[Key],
        read: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]],
        is_for_all: Callable[[Value], bool] | None = None,
    ) -> dict[Key, Value]:
        """Return the values that there are of many keys; those not remembered are read together.

        What there is no value of is asked for every time, and so is what is not for all of the
        tenant's people, if that is told: else its key would be answered faster than a wrong one.
        """
        view = await self.at(work)
        if view is None:
            return dict(await read(list(dict.fromkeys(keys)))) if keys else {}
        known = {key: view.get(key) for key in keys}
        missing = [key for key, value in known.items() if value is None]
        found = {key: value for key, value in known.items() if value is not None}
        if missing:
            fresh = await read(missing)
            for key, value in fresh.items():
                if is_for_all is None or is_for_all(value):
                    view.put(key, value)
            found |= fresh
        return found

    def forget(self) -> None:
        """Drop all values, as a new process begins."""
        self._values.clear()

    def __len__(self) -> int:
        """Tell how many values are held."""
        return len(self._values)


class View(Generic[Key, Value]):
    """What a memory holds of one tenant in one state of it."""

    __slots__ = ("_fresh", "_most", "_revision", "_tenant", "_values")

    def __init__(
        self,
        values: OrderedDict[tuple[int, Key], tuple[Revision, Value]],
        most: int,
        work: Work,
        revision: Revision,
    ) -> None:
        self._values = values
        self._most = most
        self._tenant = work.tenant_id.int
        self._revision = revision
        self._fresh: list[Callable[[], object]] | None = work.session.sync_session.info.get(_FRESH)

    def get(self, key: Key) -> Value | None:
        """Return a value of this state."""
        place = (self._tenant, key)
        found = self._values.get(place)
        if found is None or found[0] != self._revision:
            return None
        self._values.move_to_end(place)
        return found[1]

    def put(self, key: Key, value: Value) -> Value:
        """Remember a value that was read in this state; what was not used for longest goes.

        In a work that writes it waits until that is known.
        """
        if self._fresh is None:
            return self._keep(key, value)
        self._fresh.append(partial(self._keep, key, value))
        return value

    def pass_by(self) -> None:
        """Say that something was read of this state that is not to be remembered.

        In a work that writes it is held to that state all the same.
        """
        if self._fresh is not None:
            self._fresh.append(_keep_nothing)

    def _keep(self, key: Key, value: Value) -> Value:
        place = (self._tenant, key)
        self._values[place] = (self._revision, value)
        self._values.move_to_end(place)
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


def _keep_nothing() -> None:
    """Keep nothing of what was read."""


_MEMORIES: list[Memory[Any, Any]] = []


def forget_all() -> None:
    """Empty every memory of this process, for measuring it cold."""
    for memory in _MEMORIES:
        memory.forget()
