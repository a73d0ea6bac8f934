"""A file of an import becomes rows, once; everything after works on those."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from app.db.work import Work
from app.exchange.models import ImportRow, ImportRun, RowState
from app.exchange.rules.kinds import IMPORTED, TableKind, group_of
from app.exchange.rules.rows import cells_of, places
from app.storage.errors import TableUnreadable
from app.storage.operations import copy_out, files_by_id
from app.storage.rules.purposes import XLSX
from app.storage.rules.tables import encoding_of, fits, sheet_lines, text_lines

MOST_ROWS = 100_000
_AT_ONCE = 2_000
_IN_MEMORY_BYTES = 1 << 20
Line = tuple[int, Sequence[str]]


async def read_file(work: Work, run: ImportRun) -> int:
    """Write the lines of an import's file as rows, and return how many; in bounded memory.

    Raises `TableUnreadable` for what is no table of its kind, or has too many rows or none.
    """
    file = (await files_by_id(work, [run.file_id]))[run.file_id]
    with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spooled:
        content = cast("IO[bytes]", spooled)
        await copy_out(work, run.file_id, content)
        count = 0
        with closing(_lines(run, content, file.media_type)) as lines:
            rows = _rows(run, enumerate(lines, start=1))
            while some := list(islice(rows, _AT_ONCE)):
                count += len(some)
                if count > MOST_ROWS:
                    raise TableUnreadable(f"The file has more than {MOST_ROWS} rows: split it.")
                await work.insert(ImportRow, some)
    if not count:
        raise TableUnreadable("The file holds no rows: put one for each below the heading.")
    return count


def _lines(
    run: ImportRun, content: IO[bytes], media_type: str | None
) -> Generator[Sequence[str], None, None]:
    if media_type == XLSX:
        return sheet_lines(content)
    if run.encoding is None:
        run.encoding = encoding_of(content)
    elif not fits(content, run.encoding):
        raise TableUnreadable(f"The file is not {run.encoding}: name its encoding, or none.")
    return text_lines(content, run.encoding)


def _rows(run: ImportRun, lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    counted = iter(lines)
    _, heading = next(counted, (1, ()))
    kind = TableKind(run.kind)
    at = places(heading, IMPORTED[kind], run.mapping)
    for number, line in counted:
        cells = cells_of(line, at)
        if any(cell.strip() for cell in line):
            yield {
                "run_id": run.id,
                "number": number,
                "cells": cells,
                "state": RowState.WAITING,
                "key": group_of(kind, cells),
                "faults": None,
            }
