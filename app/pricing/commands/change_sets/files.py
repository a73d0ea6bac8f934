"""Put the prices of a file into a change set: CSV or XLSX, each fault by its line and column."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.db.work import Work
from app.kernel.errors import DomainError
from app.pricing.errors import FileUnreadable
from app.pricing.operations.moving import locked_for
from app.pricing.operations.named import FileNames, names_of, row_of
from app.pricing.operations.putting import (
    MOST_ROWS,
    Candidates,
    ErrorPolicy,
    PutOutcome,
    RowChange,
    RowFault,
    fault_of,
    put,
)
from app.pricing.rules.changes import ChangeSetAction
from app.pricing.rules.price_file import (
    FilePrice,
    FileRow,
    csv_cells,
    price_of,
    rows_of,
    sheet_cells,
)
from app.rbac.guard import requires
from app.rbac.permissions import Permission


class FileFormat(StrEnum):
    """How a file's content is given: CSV as text, XLSX as base64 of the workbook."""

    CSV = "CSV"
    XLSX = "XLSX"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFile:
    """A file of prices; its columns stand in `rules.price_file.COLUMNS`."""

    format: FileFormat
    content: str
    zeros_are_meant: bool = False


@requires(Permission.PRICE_WRITE)
async def import_price_changes(
    work: Work, set_id: UUID, file: PriceFile, policy: ErrorPolicy
) -> PutOutcome:
    """Put up to 10,000 lines of a file into a draft, checked like rows that are typed.

    Raises `FileUnreadable` for a file that is no table of prices, and what `put_price_changes`
    raises for the set.
    """
    row = await locked_for(work, set_id, ChangeSetAction.CHANGE)
    lines = await asyncio.to_thread(_lines, file)
    read, faults = _read(lines, file)
    names = await names_of(work, [line for line, _ in read])
    candidates = _named(names, read, faults)
    return await put(work, row, candidates, policy)


def _lines(file: PriceFile) -> list[FileRow]:
    cells = csv_cells if file.format is FileFormat.CSV else sheet_cells
    lines: list[FileRow] = []
    for line in rows_of(iter(cells(file.content))):
        if len(lines) == MOST_ROWS:
            raise FileUnreadable(f"The file has more than {MOST_ROWS} lines of prices: split it.")
        lines.append(line)
    if not lines:
        raise FileUnreadable("The file holds no prices: put a line for each below the heading.")
    return lines


def _read(
    lines: Iterable[FileRow], file: PriceFile
) -> tuple[list[tuple[FileRow, FilePrice]], list[RowFault]]:
    read: list[tuple[FileRow, FilePrice]] = []
    faults: list[RowFault] = []
    for line in lines:
        try:
            read.append((line, price_of(line, zeros_are_meant=file.zeros_are_meant)))
        except DomainError as error:
            faults.append(fault_of(line.number, error))
    return read, faults


def _named(
    names: FileNames, read: Iterable[tuple[FileRow, FilePrice]], faults: Sequence[RowFault]
) -> Candidates:
    rows: dict[int, RowChange] = {}
    faulty = list(faults)
    for line, price in read:
        try:
            rows[line.number] = row_of(names, line, price)
        except DomainError as error:
            faulty.append(fault_of(line.number, error))
    return Candidates(rows, faulty, are_lines=True)
