"""What an import of many rows costs, end to end: `python -m bench.imports --rows 100000`.

A throwaway database gets the sample network; a file of products and one of their stock come in as a
worker carries them, a batch a transaction, without the pauses between jobs. Told for each: rows a
second by the clock, the processor time of the worker alone, statements of a batch, and the most
memory that the process had.
"""

import argparse
import asyncio
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table
from sqlalchemy import event

from app.db.database import Database
from app.db.work import acting_as, perform
from app.exchange.commands import carry_import
from app.exchange.models import ImportRun, ImportState
from app.exchange.rules.kinds import TableKind
from app.kernel.actor import system_actor
from launch.access import connected
from launch.database import bootstrap
from launch.migrations import migrate
from launch.postgres import throwaway_postgres
from launch.seed import seed_demo
from launch.seed.data import products
from launch.seed.network import BRAND, SLUG
from launch.seed.stage import email_of
from launch.tables import Bringing, Member, Place, at_work

MEMBERS = {
    TableKind.PRODUCTS: Member(SLUG, email_of("ENTERPRISE_ADMIN", BRAND)),
    TableKind.STOCK: Member(SLUG, email_of("WAREHOUSE", BRAND)),
}
_MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Figure:
    """What one import cost; memory in MB, of the process until then."""

    kind: TableKind
    rows: int
    seconds: float
    processor: float
    statements: float
    memory: int


def main(words: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.imports")
    parser.add_argument("--rows", type=int, default=100_000)
    rows: int = parser.parse_args(words).rows
    table = Table("table", "rows", "rows/s", "processor s", "statements/batch", "MB at most")
    with TemporaryDirectory() as folder, throwaway_postgres() as server:
        access = bootstrap(server.dsn())
        migrate(access.owner_dsn)
        seed_demo(access.app_dsn)
        for kind, file in _files(Path(folder), rows):
            each = asyncio.run(_measured(access.app_dsn, kind, file))
            speed = f"{each.rows / each.seconds:.0f}"
            cost = f"{each.processor:.1f}", f"{each.statements:.1f}", str(each.memory)
            table.add_row(kind, str(each.rows), speed, *cost)
    Console(width=100).print(table)
    return 0


def _files(folder: Path, rows: int) -> list[tuple[TableKind, Path]]:
    goods, stock = folder / "products.csv", folder / "stock.csv"
    known = next(products())
    category = known.category.rpartition("/")[2]
    words = f"{known.brand},{category},{known.tax_percent} %"
    warehouse = f"{BRAND.split(maxsplit=1)[0]} warehouse"
    with goods.open("w") as file:
        file.write("sku,product,brand,category,tax_category,size,description,pieces_in_case\n")
        for at in range(rows):
            file.write(f"B-{at},Bench {at // 4},{words},{at % 4} ml,Number {at},24\n")
    with stock.open("w") as file:
        file.write("warehouse,sku,lot,quantity,packaging_level,expires_on\n")
        for at in range(rows):
            file.write(f"{warehouse},B-{at},L1,3,CASE,2199-01-01\n")
    return [(TableKind.PRODUCTS, goods), (TableKind.STOCK, stock)]


async def _measured(app_dsn: str, kind: TableKind, file: Path) -> Figure:
    async with connected(app_dsn) as database:
        place = await at_work(database, MEMBERS[kind])
        run_id = await place.begin(Bringing(kind, file))
        count = [0]

        def one(*_event: Any) -> None:
            count[0] += 1

        event.listen(database.engine.sync_engine, "before_cursor_execute", one)
        began, busy, steps = time.perf_counter(), time.process_time(), 0
        while (run := await _step(database, place, run_id)).state != ImportState.DONE:
            steps += 1
            if run.state == ImportState.CHECKED:
                await place.apply(run_id, good_rows_only=False)
        seconds, processor = time.perf_counter() - began, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MEGABYTE
    return Figure(kind, run.written, seconds, processor, count[0] / steps, memory)


async def _step(database: Database, place: Place, run_id: UUID) -> ImportRun:
    actor = acting_as(system_actor(place.tenant_id, "carry_import"))
    await perform(database, place.tenant_id, actor, lambda work: carry_import(work, run_id))
    return await place.run_of(run_id)


if __name__ == "__main__":
    sys.exit(main())
