"""Commands that take backups and bring them back."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from launch import backup
from launch.backup.restoring import instant_of, programs_of
from launch.backup.source import store_of
from launch.bookkeeping import check_books
from launch.cli.console import console
from launch.database import APP, DATABASE
from launch.postgres import EmbeddedPostgres
from launch.settings import LaunchSettings
from launch.watch import start_all, watch

commands = typer.Typer(no_args_is_help=True, help="Take backups, and restore any instant.")

_MEGABYTE = 1_000_000
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
At = Annotated[str | None, typer.Option(help="Instant with its offset; without it, all there is.")]
Into = Annotated[Path, typer.Option(help="Folder that does not exist yet.")]
Keep = Annotated[int, typer.Option(min=1, help="How many copies to keep.")]


@commands.command()
def take() -> None:
    """Copy the whole database while it works, and keep what is written from then on."""
    settings = LaunchSettings.read()
    with console.status("Copying the database …"):
        base = backup.take(settings)
    console.print(f"Taken: {base.name}, {_size(base)}, in {settings.backups}.")


@commands.command(name="list")
def show(*, as_json: AsJson = False) -> None:
    """List the copies, and until when can be restored."""
    store = store_of(LaunchSettings.read())
    reaches = store.reaches()
    if as_json:
        print(json.dumps(_told(store), indent=2))  # noqa: T201  # for a script
        return
    table = Table("Copy", "Any instant since", "PostgreSQL", "Size")
    for base in store.bases():
        table.add_row(base.name, base.finished.isoformat(), str(base.major), _size(base))
    console.print(table)
    console.print(f"WAL reaches to {reaches.isoformat() if reaches else 'nothing yet'}.")


@commands.command()
def restore(into: Into, at: At = None) -> None:
    """Make a data directory as of an instant; the original stays as it is."""
    settings, instant = LaunchSettings.read(), instant_of(at) if at else None
    with console.status("Restoring …"):
        base = backup.restore(settings, instant, into)
    console.print(f"Restored from {base.name}. Checking the books …")
    with EmbeddedPostgres(into / "postgres", binaries=programs_of(base.major)) as copy:
        check_books(console, copy.dsn(DATABASE, APP)).require()
    console.print(f"All books agree. Start on it: TRIBUTARY_DATA={into} tributary serve")


@commands.command()
def prune(keep: Keep) -> None:
    """Drop all but the newest copies, with the WAL that only they needed."""
    for base in backup.prune(LaunchSettings.read(), keep):
        console.print(f"Dropped: {base.name}.")


@commands.command()
def follow() -> None:
    """Receive the WAL of an external server as it is written, until told to stop."""
    with ExitStack() as running:
        settings = LaunchSettings.read()
        process = backup.follow(settings)
        running.enter_context(backup.packing(store_of(settings).wal))
        start_all(running, [process])
        watch(console, [process], None)


@commands.command(name="pack")
def pack_wal() -> None:
    """Pack the WAL that has arrived; `serve`, `demo`, `follow` and `take` do so by themselves."""
    done = backup.pack(store_of(LaunchSettings.read()).wal)
    if done.segments:
        share = f"{done.after / done.before:.0%} of {done.before / _MEGABYTE:,.0f} MB"
        console.print(f"Packed {done.segments} segments, to {share}.")
    else:
        console.print("All WAL that has arrived is packed.")


def _told(store: backup.Store) -> dict[str, Any]:
    reaches = store.reaches()
    return {
        "folder": str(store.folder),
        "reaches": reaches.isoformat() if reaches else None,
        "copies": [
            {"name": base.name, "since": base.finished.isoformat(), "bytes": base.size}
            for base in store.bases()
        ],
    }


def _size(base: backup.Base) -> str:
    return f"{base.size / _MEGABYTE:,.0f} MB"
