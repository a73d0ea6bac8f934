"""Tables from files and into files: products, stock and more."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.exchange import commands, queries
from app.exchange.models import ExportRun as ExportRow
from app.exchange.models import ImportRun as RunRow
from app.exchange.models import ImportState
from app.exchange.operations.writing import MEDIA_TYPES, example_of, write_table
from app.exchange.rules.kinds import TableFormat, TableKind
from app.identities.downloads import DownloadTicket
from app.schema.batch import batch
from app.schema.context import Info, Services
from app.schema.cost import cost, list_size, sized
from app.schema.downloads import Download, address_of, reading, spool
from app.schema.files import StoredFile, file_key, stored_files
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.quotes.files import DownloadableFile
from app.schema.refusals import Refusal

TEMPLATE = "tableTemplate"
"""What tickets call an empty table."""

strawberry.enum(TableKind, description=TableKind.__doc__)
strawberry.enum(TableFormat, description=TableFormat.__doc__)
strawberry.enum(ImportState, description=ImportState.__doc__)


@strawberry.type
class TableColumn:
    """A column of a kind of table: its name in files, and what it holds."""

    name: str
    says: str
    is_needed: bool
    example: str


@strawberry.type
class ColumnHeading:
    """How a file calls a column."""

    column: str
    heading: str


@strawberry.type
class ImportFault:
    """What is wrong with a row, the heading being row 1, and what would be right."""

    row: int
    column: str
    given: str
    code: str
    problem: str


@strawberry.type
class ImportRun:
    """A table that somebody brings in; `checked` rows are good or bad, of `rows` in the file.

    Nothing is written before it is applied.
    """

    id: relay.GlobalID
    kind: TableKind
    state: ImportState
    encoding: str | None
    problem: str | None
    rows: int
    good: int
    bad: int
    written: int
    price_change_set_id: relay.GlobalID | None = strawberry.field(
        description="Of PRICES that were written: the draft of a price change that holds them."
    )
    created_at: datetime
    ended_at: datetime | None
    row: strawberry.Private[RunRow]
    mapping: list[ColumnHeading] = sized(10)

    @property
    def key(self) -> UUID:
        """The row's identifier."""
        return self.row.id

    @batch
    @staticmethod
    async def file(runs: list["ImportRun"], info: Info) -> list[StoredFile | None]:
        """The file as it was sent."""
        return await stored_files(info, [run.row.file_id for run in runs])

    @cost(20)
    @list_size(100, by=("first",))
    @batch
    @staticmethod
    async def faults(
        runs: list["ImportRun"], info: Info, first: int = 100, after_row: int = 0
    ) -> list[list[ImportFault]]:
        """What is wrong with up to 500 bad rows after a row, in the file's order."""
        ids = [run.key for run in runs]
        async with info.context.read() as work:
            found = await queries.faulty_rows(work, ids, max(first, 0), after_row)
        return [
            [
                ImportFault(row=row.number, **fault)
                for row in found.get(key, ())
                for fault in row.faults or ()
            ]
            for key in ids
        ]

    @classmethod
    def of(cls, run: RunRow) -> "ImportRun":
        """Show an import."""
        return cls(
            id=relay.GlobalID("ImportRun", str(run.id)),
            kind=TableKind(run.kind),
            state=ImportState(run.state),
            encoding=run.encoding,
            problem=run.problem,
            rows=run.rows,
            good=run.good,
            bad=run.bad,
            written=run.written,
            price_change_set_id=_draft_of(run),
            created_at=run.created_at,
            ended_at=run.ended_at,
            row=run,
            mapping=[ColumnHeading(column=key, heading=run.mapping[key]) for key in run.mapping],
        )


@strawberry.type
class ExportRun:
    """A table that somebody takes out; `file` is there when it has ended without a problem."""

    id: relay.GlobalID
    kind: TableKind
    format: TableFormat
    rows: int | None
    problem: str | None
    created_at: datetime
    ended_at: datetime | None
    file_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def file(runs: list["ExportRun"], info: Info) -> list[StoredFile | None]:
        """The table, to be fetched."""
        return await stored_files(info, [run.file_id for run in runs])

    @classmethod
    def of(cls, run: ExportRow) -> "ExportRun":
        """Show an export."""
        return cls(
            id=relay.GlobalID("ExportRun", str(run.id)),
            kind=TableKind(run.kind),
            format=TableFormat(run.format),
            rows=run.rows,
            problem=run.problem,
            created_at=run.created_at,
            ended_at=run.ended_at,
            file_id=run.file_id,
        )


@strawberry.input
class ColumnHeadingInput:
    """How the file calls a column that is called otherwise here."""

    column: str
    heading: str


@strawberry.input
class BeginImportInput:
    """An uploaded file and what it is of.

    Without a `mapping` that of the organisation's last import of the kind is taken, and a new one
    is remembered. Without an `encoding` it is recognised.
    """

    idempotency_key: str
    kind: TableKind
    file_id: relay.GlobalID
    mapping: list[ColumnHeadingInput] | None = None
    encoding: str | None = None

    def value(self) -> commands.NewImport:
        """Return what the domain understands."""
        given = self.mapping
        mapping = None if given is None else {each.column: each.heading for each in given}
        return commands.NewImport(self.kind, file_key(self.file_id), mapping, self.encoding)


@strawberry.input
class ApplyImportInput:
    """A checked import; `goodRowsOnly` leaves its bad rows out."""

    import_id: relay.GlobalID
    good_rows_only: bool = False


@strawberry.input
class BeginExportInput:
    """Which table to take out, and how it is to be written."""

    idempotency_key: str
    kind: TableKind
    format: TableFormat = TableFormat.CSV


BeginImportResult = Annotated[ImportRun | Refusal, strawberry.union("BeginImportResult")]
ApplyImportResult = Annotated[ImportRun | Refusal, strawberry.union("ApplyImportResult")]
BeginExportResult = Annotated[ExportRun | Refusal, strawberry.union("BeginExportResult")]


@strawberry.type
class ExchangeQuery:
    """Questions about tables that come and go."""

    @query(queries.import_runs)
    async def import_runs(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[ImportRun]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """The organisation's imports that one may do, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.import_runs(work, page), ImportRun.of)

    @query(queries.import_run)
    async def import_run(self, info: Info, id: relay.GlobalID) -> ImportRun | None:
        """One of the organisation's imports: its progress, and every bad row with the reason."""
        return await _import(info, key_of(id, "ImportRun"))

    @query(queries.export_run)
    async def export_run(self, info: Info, id: relay.GlobalID) -> ExportRun | None:
        """One of the organisation's exports."""
        return await _export(info, key_of(id, "ExportRun"))

    @list_size(20)
    @query(queries.columns_of)
    async def table_columns(self, info: Info, kind: TableKind) -> list[TableColumn]:
        """The columns of a kind's imports, or of exports where nothing comes in."""
        async with info.context.read() as work:
            found = await queries.columns_of(work, kind)
        return [
            TableColumn(
                name=each.name, says=each.says, is_needed=each.is_needed, example=each.example
            )
            for each in found
        ]

    @query(queries.columns_of)
    async def table_template(
        self, info: Info, kind: TableKind, format: TableFormat = TableFormat.CSV
    ) -> DownloadableFile:
        """A table with its heading and an example, to be filled in."""
        async with info.context.read() as work:
            await queries.columns_of(work, kind)
        named = {"kind": kind.value, "format": format.value}
        return DownloadableFile(
            file_name=f"{kind.lower()}.{format.lower()}",
            media_type=MEDIA_TYPES[format],
            download_url=address_of(info.context, TEMPLATE, named),
        )


@strawberry.type
class ExchangeMutation:
    """How tables come and go."""

    @cost(20)
    @mutation(commands.begin_import)
    async def begin_import(self, info: Info, input: BeginImportInput) -> BeginImportResult:
        """Begin to read and check a table; nothing is written before it is applied."""
        new = input.value()
        done = await info.context.write(
            lambda work: commands.begin_import(work, new, input.idempotency_key)
        )
        found = await _import(info, done)
        assert found is not None
        return found

    @mutation(commands.apply_import)
    async def apply_import(self, info: Info, input: ApplyImportInput) -> ApplyImportResult:
        """Write the good rows of a checked import; asked twice, they are written once."""
        key = key_of(input.import_id, "ImportRun")
        only = input.good_rows_only
        await info.context.write(lambda work: commands.apply_import(work, key, good_rows_only=only))
        found = await _import(info, key)
        assert found is not None
        return found

    @cost(20)
    @mutation(commands.begin_export)
    async def begin_export(self, info: Info, input: BeginExportInput) -> BeginExportResult:
        """Begin to write a table of the organisation's into a file."""
        new = commands.NewExport(input.kind, input.format)
        done = await info.context.write(
            lambda work: commands.begin_export(work, new, input.idempotency_key)
        )
        found = await _export(info, done)
        assert found is not None
        return found


def _draft_of(run: RunRow) -> relay.GlobalID | None:
    is_there = run.kind == TableKind.PRICES and run.written > 0
    return relay.GlobalID("PriceChangeSet", str(run.id)) if is_there else None


async def _import(info: Info, key: UUID) -> ImportRun | None:
    async with info.context.read() as work:
        found = await queries.import_run(work, key)
    return ImportRun.of(found) if found else None


async def _export(info: Info, key: UUID) -> ExportRun | None:
    async with info.context.read() as work:
        found = await queries.export_run(work, key)
    return ExportRun.of(found) if found else None


async def table_template(services: Services, ticket: DownloadTicket) -> Download:
    """Write an empty table with an example."""
    kind = TableKind(ticket.parameters["kind"])
    form = TableFormat(ticket.parameters["format"])
    async with reading(services, ticket) as work:
        columns = await queries.columns_of(work, kind)
    content = spool()
    await write_table(columns, form, _one(example_of(kind)), content)
    content.seek(0)
    return Download(f"{kind.lower()}.{form.lower()}", MEDIA_TYPES[form], content)


async def _one(line: Sequence[str]) -> AsyncIterator[Sequence[str]]:
    yield line
