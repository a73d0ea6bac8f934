"""Tables of imports and exports."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, TenantOwned, belongs_to, one_of
from app.exchange.rules.kinds import TableFormat, TableKind


class ImportState(StrEnum):
    """READING and CHECKING write nothing yet; CHECKED waits for its people, APPLYING writes.

    FAILED was read by nobody: `problem` says why.
    """

    READING = "READING"
    CHECKING = "CHECKING"
    CHECKED = "CHECKED"
    APPLYING = "APPLYING"
    DONE = "DONE"
    FAILED = "FAILED"


class RowState(StrEnum):
    """WAITING is not checked yet; GOOD is written when its import is applied."""

    WAITING = "WAITING"
    GOOD = "GOOD"
    BAD = "BAD"
    WRITTEN = "WRITTEN"


class ImportRun(Identified, Table):
    """A table that somebody brings in, with the rights of whoever began it.

    `mapping` has the file's heading for each column that is called otherwise there; `rows` are
    counted while they are read, and `checked` = good + bad.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
        belongs_to("file_id", "stored_file"),
        one_of("kind", TableKind),
        one_of("state", ImportState),
        CheckConstraint("good + bad <= rows AND written <= good", name="counts"),
        Index(None, "tenant_id", "organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    file_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str]
    mapping: Mapped[dict[str, Any]]
    encoding: Mapped[str | None]
    problem: Mapped[str | None]
    rows: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    written: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ImportRow(TenantOwned, Table):
    """A line of an import's file, by columns, and what is wrong with it."""

    __tablename__ = "import_row"
    __table_args__ = (
        belongs_to("run_id", "import_run", on_delete="CASCADE"),
        one_of("state", RowState),
        Index(None, "tenant_id", "run_id", "state", "number"),
        Index(None, "tenant_id", "run_id", "key"),
    )

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[dict[str, Any]]
    state: Mapped[str]
    key: Mapped[str | None]
    faults: Mapped[list[Any] | None]


class ColumnMapping(TenantOwned, Table):
    """How an organisation's files of a kind call the columns, as its last import was told."""

    __tablename__ = "column_mapping"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        one_of("kind", TableKind),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    mapping: Mapped[dict[str, Any]]


class ExportRun(Identified, Table):
    """A table that somebody takes out, as it is at one instant; `problem` says why it has none."""

    __tablename__ = "export_run"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
        belongs_to("file_id", "stored_file"),
        one_of("kind", TableKind),
        one_of("format", TableFormat),
        Index(None, "tenant_id", "organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    file_id: Mapped[UUID | None]
    kind: Mapped[str]
    format: Mapped[str]
    rows: Mapped[int | None]
    problem: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
