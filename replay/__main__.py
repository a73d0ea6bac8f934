"""The command line: `python -m replay [folder]`."""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.db.database import Database
from launch.errors import LaunchError
from launch.migrations import PROJECT
from launch.watch import stop_on_signals
from replay.folder import Record, read_folder
from replay.report import differences, show
from replay.run import Replayed, replay
from replay.server import Served, served

FOODMART = PROJECT.parent / "shared" / "data" / "foodmart"
INTERRUPTED = 130


def main(words: list[str] | None = None) -> int:
    """Replay a folder; the exit status says whether everything came out as recorded."""
    arguments = _parser().parse_args(words)
    console = Console()
    stop_on_signals()
    try:
        record = read_folder(arguments.folder)
        if arguments.orders is not None:
            record = record.first(arguments.orders)
        console.print("Starting a database and a web server …")
        with served(arguments.web_workers) as server:
            replayed = asyncio.run(_replay(console, server, record, arguments.at_once))
    except LaunchError as failure:
        console.print(str(failure), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        return INTERRUPTED
    show(console, record, replayed)
    return 1 if differences(record, replayed) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m replay",
        description="Replay recorded orders against a real server, and compare.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOODMART)
    parser.add_argument("--orders", type=int, help="replay only so many, the earliest")
    parser.add_argument("--at-once", type=int, default=8, help="orders under way at a time")
    parser.add_argument("--web-workers", type=int, default=1)
    return parser


async def _replay(console: Console, server: Served, record: Record, at_once: int) -> Replayed:
    database = Database(server.app_dsn, pool_size=2)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
            task = progress.add_task("Loading the network", total=len(record.orders))
            return await replay(
                server.address,
                database,
                record,
                at_once=at_once,
                loaded=lambda: progress.update(task, description="Replaying orders"),
                done=lambda _: progress.advance(task),
            )
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main())
