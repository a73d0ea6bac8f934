"""The command line: `python -m bench [--size M]`."""

import argparse
import asyncio
import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.db.database import Database
from bench.reading import measure_reading
from bench.report import show
from bench.seed import seed
from bench.sizes import SIZES, Size
from bench.stage import Stage
from bench.timing import Measured
from bench.writing import ORDERS_AT_ONCE, measure_writing
from launch.database import DATABASE, bootstrap
from launch.errors import LaunchError
from launch.migrations import migrate
from launch.postgres import throwaway_postgres
from launch.watch import stop_on_signals

INTERRUPTED = 130
WIDTH = 150
Told = Callable[[str], None]


def main(words: list[str] | None = None) -> int:
    """Seed a throwaway database, measure, and print the table; always 0 when it came to that."""
    size = SIZES[_parser().parse_args(words).size]
    # A pipe has no width: a table cut to 80 columns would hide its numbers.
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    try:
        stop_on_signals()
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("Starting a database")
            rows = run(size, lambda what: progress.update(task, description=what))
    except LaunchError as failure:
        console.print(str(failure), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        return INTERRUPTED
    show(console, size, rows)
    return 0


def run(size: Size, told: Told = lambda _: None) -> list[Measured]:
    """Seed and measure one size in a database of its own, which is gone afterwards."""
    with throwaway_postgres() as server:
        access = bootstrap(server.dsn())
        migrate(access.owner_dsn)
        administrator = server.dsn(DATABASE)
        seed(administrator, size, told)
        return asyncio.run(_measure(size, access.app_dsn, administrator, told))


async def _measure(size: Size, app_dsn: str, administrator: str, told: Told) -> list[Measured]:
    database = Database(app_dsn, pool_size=ORDERS_AT_ONCE + 2)
    try:
        stage = Stage(database, size)
        told("Measuring reads")
        rows = await measure_reading(stage, app_dsn)
        told("Measuring changes")
        return [*rows, *await measure_writing(stage, administrator)]
    finally:
        await database.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure prices and schemes in a throwaway database."
    )
    parser.add_argument("--size", choices=SIZES, default="M")
    return parser


if __name__ == "__main__":
    sys.exit(main())
