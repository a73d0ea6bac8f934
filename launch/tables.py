"""Bring tables in and take them out from outside, with the rights of a member of the network."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.database import Database
from app.db.work import Identify, Work, acting_as, perform
from app.exchange import commands, queries
from app.exchange.models import ExportRun, ImportRow, ImportRun, ImportState
from app.exchange.rules.kinds import TableFormat, TableKind
from app.identities.principal import standing_in
from app.kernel.actor import Actor, system_actor
from app.kernel.ids import new_id
from app.organisations.models import Organisation
from app.rbac.models import Membership
from app.rbac.policy import PolicyCache
from app.storage.commands import Upload, begin_upload, receive
from app.storage.operations import copy_out
from app.storage.operations.keeping import measure
from app.storage.rules.purposes import FilePurpose
from app.tenants.models import TenantStatus
from app.tenants.operations import all_tenants
from launch.access import connected
from launch.auditing import NetworkUnknown
from launch.errors import LaunchError

_NAME = "tables"
POLL_SECONDS = 0.25
_GOING_ON = {ImportState.READING, ImportState.CHECKING, ImportState.APPLYING}
Result = TypeVar("Result")
Told = Callable[[ImportRun], None]


@dataclass(eq=False)
class MemberUnknown(LaunchError):
    """Nobody works there under the address, or in several places."""

    text: ClassVar = "{email} is to be found {times} times among the members of {network}."
    remedy: ClassVar = "Name an e-mail address that signs in there, and --organisation."
    email: str
    network: str
    times: int


@dataclass(eq=False)
class FileThere(LaunchError):
    """An export writes a new file."""

    text: ClassVar = "{file} exists already."
    remedy: ClassVar = "Name another file, or take it away."
    file: Path


@dataclass(eq=False)
class TableRefused(LaunchError):
    """The table could not be read, or some of its rows are bad."""

    text: ClassVar = "{problem}"
    remedy: ClassVar = "Mend the file and import it again; nothing of it was written."
    problem: str


@dataclass(frozen=True, slots=True)
class Member:
    """Who acts: somebody of a network, in one organisation of theirs if they have several."""

    network: str
    email: str
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Bringing:
    """A file to import, and how far: `applies` not, it is checked only."""

    kind: TableKind
    file: Path
    mapping: Mapping[str, str] | None = None
    encoding: str | None = None
    applies: bool = True
    good_rows_only: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of an import."""

    run: ImportRun
    faults: Sequence[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])

    def shown(self) -> dict[str, Any]:
        """Return it as JSON-able values."""
        counts = {name: getattr(self.run, name) for name in ("rows", "good", "bad", "written")}
        said = {name: getattr(self.run, name) for name in ("kind", "state", "encoding", "problem")}
        return {"id": str(self.run.id), **said, **counts, "faults": list(self.faults)}

    def require(self, *, good_rows_only: bool) -> None:
        """Raise `TableRefused` for what was not taken."""
        if self.run.problem:
            raise TableRefused(self.run.problem)
        if self.run.bad and not (good_rows_only and self.run.state == ImportState.DONE):
            raise TableRefused(f"{self.run.bad} rows are bad.")


def bring_in(app_dsn: str, member: Member, what: Bringing, told: Told) -> Brought:
    """Import a file: `told` hears how far it is. Workers do the work; without one it waits."""
    return asyncio.run(_within(app_dsn, member, lambda place: place.bring_in(what, told)))


def take_out(
    app_dsn: str, member: Member, kind: TableKind, form: TableFormat, into: Path
) -> ExportRun:
    """Export a table into a new file; raises `FileThere`, and `TableRefused` with the reason."""
    if into.exists():
        raise FileThere(into)
    with NamedTemporaryFile(dir=into.parent, delete=False) as half:
        beside = Path(half.name)  # Nobody finds half of it in its place.
        try:
            run = asyncio.run(
                _within(app_dsn, member, lambda place: place.take_out(kind, form, half))
            )
        except BaseException:
            beside.unlink()
            raise
    beside.replace(into)
    return run


@dataclass(frozen=True, slots=True)
class Place:
    """A member at work: each command in a transaction of its own, with the rights of its moment."""

    database: Database
    tenant_id: UUID
    identify: Identify

    async def do(self, command: Callable[[Work], Awaitable[Result]]) -> Result:
        """Give a command."""
        return await perform(self.database, self.tenant_id, self.identify, command)

    async def begin(self, what: Bringing) -> UUID:
        """Upload a file and begin its import."""
        file_id = await self._upload(what.file)
        new = commands.NewImport(what.kind, file_id, what.mapping, what.encoding)
        key = new_id().hex
        return await self.do(lambda work: commands.begin_import(work, new, key))

    async def apply(self, run_id: UUID, *, good_rows_only: bool) -> None:
        """Let a checked import be written."""
        only = good_rows_only
        await self.do(lambda work: commands.apply_import(work, run_id, good_rows_only=only))

    async def run_of(self, run_id: UUID) -> ImportRun:
        """Return an import of one's own."""
        run = await self.do(lambda work: queries.import_run(work, run_id))
        assert run is not None, "the own import is seen"
        return run

    async def bring_in(self, what: Bringing, told: Told) -> Brought:
        """Import a file, and follow it to its end."""
        run_id = await self.begin(what)
        run = await self._followed(run_id, told)
        faults = await self._faults(run) if run.bad else []
        is_ready = run.state == ImportState.CHECKED and what.applies
        if is_ready and (not run.bad or what.good_rows_only):
            await self.apply(run_id, good_rows_only=what.good_rows_only)
            checked, run = run.bad, await self._followed(run_id, told)
            faults = await self._faults(run) if run.bad > checked else faults
        return Brought(run, faults)

    async def take_out(self, kind: TableKind, form: TableFormat, into: Any) -> ExportRun:
        """Export a table, and copy it out."""
        new, key = commands.NewExport(kind, form), new_id().hex
        run_id = await self.do(lambda work: commands.begin_export(work, new, key))
        while True:
            run = await self.do(lambda work: queries.export_run(work, run_id))
            assert run is not None, "the own export is seen"
            if run.ended_at is not None:
                break
            await asyncio.sleep(POLL_SECONDS)
        if run.file_id is None:
            raise TableRefused(run.problem or "The table could not be written.")
        file_id = run.file_id
        await self.do(lambda work: _copied(work, file_id, into))
        return run

    async def _upload(self, file: Path) -> UUID:
        with file.open("rb") as content:
            measured = await asyncio.to_thread(measure, content, FilePurpose.IMPORT)
            upload = Upload(FilePurpose.IMPORT, file.name, measured.size)
            promised = await self.do(lambda work: begin_upload(work, upload))
            await self.do(lambda work: receive(work, promised.id, measured, content))
        return promised.id

    async def _followed(self, run_id: UUID, told: Told) -> ImportRun:
        while True:
            run = await self.run_of(run_id)
            told(run)
            if run.state not in _GOING_ON:
                return run
            await asyncio.sleep(POLL_SECONDS)

    async def _faults(self, run: ImportRun) -> list[Mapping[str, Any]]:
        found, after = list[ImportRow](), 0
        while True:
            rows = await self.do(
                lambda work, last=after: queries.faulty_rows(
                    work, [run.id], queries.MOST_FAULTY, last
                )
            )
            page = rows.get(run.id, ())
            found += page
            if len(page) < queries.MOST_FAULTY:
                break
            after = page[-1].number
        return [{"row": row.number, **fault} for row in found for fault in row.faults or ()]


async def _copied(work: Work, file_id: UUID, into: Any) -> None:
    if file_id not in await queries.readable_exports(work, [file_id]):
        raise TableRefused("The table may not be read by who asked for it any more.")
    into.seek(0)
    into.truncate()
    await copy_out(work, file_id, into)


async def _within(
    app_dsn: str, member: Member, command: Callable[[Place], Awaitable[Result]]
) -> Result:
    async with connected(app_dsn) as database:
        return await command(await at_work(database, member))


async def at_work(database: Database, member: Member) -> Place:
    """Return where a member works; raises `NetworkUnknown` and `MemberUnknown`."""
    platform = acting_as(system_actor(None, _NAME))
    networks = await perform(database, None, platform, all_tenants)
    active = {each.slug: each.id for each in networks if each.status == TenantStatus.ACTIVE}
    if member.network not in active:
        raise NetworkUnknown(member.network)
    tenant_id = active[member.network]
    system = acting_as(system_actor(tenant_id, _NAME))
    key = await perform(database, tenant_id, system, lambda work: _membership(work, member))
    return Place(database, tenant_id, _from_here(tenant_id, key))


def _from_here(tenant_id: UUID, membership_id: UUID) -> Identify:
    """Identify the member; the trail says that it was not they who typed it."""
    identify = standing_in(tenant_id, membership_id, PolicyCache())

    async def known(session: AsyncSession) -> Actor:
        actor = await identify(session)
        return replace(actor, name=f"{actor.name} (command line)")

    return known


async def _membership(work: Work, member: Member) -> UUID:
    statement = (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.email == member.email.strip().lower(), Membership.ended_at.is_(None))
    )
    if member.organisation is not None:
        statement = statement.where(Organisation.name == member.organisation)
    found = (await work.session.scalars(statement)).all()
    if len(found) != 1:
        raise MemberUnknown(member.email, member.network, len(found))
    return found[0]
