"""An import goes on a batch at a time, each in a transaction of its own: a crash repeats one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy import select, text

from app.db.work import Work
from app.exchange.errors import RowTwice
from app.exchange.models import ImportRow, ImportRun, ImportState, RowState
from app.exchange.operations.customers import write_customers
from app.exchange.operations.orders import write_orders
from app.exchange.operations.prices import write_prices
from app.exchange.operations.products import write_products
from app.exchange.operations.stock import write_stock
from app.exchange.rules.kinds import IMPORTED, TOGETHER, TableKind, group_of
from app.exchange.rules.rows import Row, check_cells

BATCH = 500
_SMALLER: Mapping[TableKind, int] = {TableKind.CUSTOMERS: 25, TableKind.ORDERS: 50}
"""Rows of a batch where each is, or belongs to, a thing that is made by itself."""

Write = Callable[[Work, UUID, Sequence[Row]], Awaitable[None]]
WRITERS: Mapping[TableKind, Write] = {
    TableKind.PRODUCTS: write_products,
    TableKind.STOCK: write_stock,
    TableKind.PRICES: write_prices,
    TableKind.CUSTOMERS: write_customers,
    TableKind.ORDERS: write_orders,
}
"""Writes the good rows of a batch and blames the bad ones.

Statements do not grow with rows, but for those that make a customer or an order.
"""

_NOTE = text("""
    UPDATE import_row SET state = given.state, key = given.key, faults = given.faults
    FROM json_to_recordset(CAST(:rows AS json))
        AS given (number integer, state text, key text, faults jsonb)
    WHERE import_row.tenant_id = :tenant_id AND import_row.run_id = :run_id
        AND import_row.number = given.number
""")


async def check_batch(work: Work, run: ImportRun) -> bool:
    """Check the next rows by writing them and taking it back; no when none is left.

    So what is found wrong is exactly what writing would refuse.
    """
    rows = await _next(work, run, RowState.WAITING)
    if not rows:
        return False
    async with work.tried() as trial:
        await WRITERS[TableKind(run.kind)](trial, run.id, _readable(run, rows))
    await _blame_twins(work, run, rows)
    good = [row for row in rows if not row.faults]
    run.good += len(good)
    run.bad += len(rows) - len(good)
    await _note(work, run, rows, RowState.GOOD)
    return True


async def write_batch(work: Work, run: ImportRun) -> bool:
    """Write the next good rows; those that have become bad meanwhile are told so. No: none left."""
    rows = await _next(work, run, RowState.GOOD)
    if not rows:
        return False
    await WRITERS[TableKind(run.kind)](work, run.id, rows)
    written = sum(not row.faults for row in rows)
    run.written += written
    run.good -= len(rows) - written
    run.bad += len(rows) - written
    await _note(work, run, rows, RowState.WRITTEN)
    return True


async def _next(work: Work, run: ImportRun, state: RowState) -> list[Row]:
    """Return the next rows in a state; what belongs together comes together."""
    kind = TableKind(run.kind)
    waiting = (
        select(ImportRow.number, ImportRow.cells, ImportRow.key)
        .where(ImportRow.run_id == run.id, ImportRow.state == state)
        .order_by(ImportRow.number)
    )
    found = await work.session.execute(waiting.limit(min(BATCH, _SMALLER.get(kind, BATCH))))
    rows = [Row(number, cells) for number, cells, _ in found]
    if not rows or kind not in TOGETHER:
        return rows
    keys = {group_of(kind, row.cells) for row in rows}
    found = await work.session.execute(waiting.where(ImportRow.key.in_(keys)))
    return [Row(number, cells, key=key) for number, cells, key in found]


def _readable(run: ImportRun, rows: Sequence[Row]) -> list[Row]:
    """Return what is given to be written: the rows whose cells can be read, if each is a thing."""
    kind = TableKind(run.kind)
    for row in rows:
        check_cells(row, IMPORTED[kind])
    return [row for row in rows if kind in TOGETHER or not row.faults]


async def _blame_twins(work: Work, run: ImportRun, rows: Sequence[Row]) -> None:
    """Note rows that are about what an earlier row of the file is about; one statement."""
    if TableKind(run.kind) in TOGETHER:
        return
    keys = {row.key for row in rows if row.key is not None}
    earlier = await work.session.execute(
        select(ImportRow.key, ImportRow.number).where(
            ImportRow.run_id == run.id, ImportRow.key.in_(keys)
        )
    )
    first: dict[str | None, int] = {row.key: row.number for row in earlier}
    for row in rows:
        if row.key is None:
            continue
        if row.key in first:
            column = "sku" if row.text("sku") else next(iter(row.cells), "")
            row.blame(column, RowTwice(row.text(column), first[row.key]))
        else:
            first[row.key] = row.number


async def _note(work: Work, run: ImportRun, rows: Sequence[Row], good: RowState) -> None:
    notes = [
        {
            "number": row.number,
            "state": RowState.BAD if row.faults else good,
            "key": row.key,
            "faults": [fault.plain() for fault in row.faults] or None,
        }
        for row in rows
    ]
    given = {"tenant_id": work.tenant_id, "run_id": run.id, "rows": orjson.dumps(notes).decode()}
    await work.session.execute(_NOTE, given)


async def end(work: Work, run: ImportRun, state: ImportState, problem: str | None = None) -> None:
    """Let an import stand as it is; ended where nothing more is to come."""
    run.state, run.problem = state, problem
    if state in {ImportState.DONE, ImportState.FAILED}:
        run.ended_at = work.now
    await work.session.flush()
