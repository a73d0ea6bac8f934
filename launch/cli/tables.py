"""Commands over tables: what comes in from files, and what goes out into them."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.exchange.models import ImportRun, ImportState
from app.exchange.rules.kinds import TableFormat, TableKind
from launch.access import open_app_address
from launch.cli.console import console
from launch.settings import LaunchSettings
from launch.tables import Bringing, Brought, Member, Told, bring_in, take_out

commands = typer.Typer()

_MOST_SHOWN = 20
_COLUMNS = ("row", "column", "given", "problem")
Kind = Annotated[TableKind, typer.Argument(case_sensitive=False, help="What the table is of.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX to read.")]
Into = Annotated[Path, typer.Option(help="File to write, .csv or .xlsx; it must not exist.")]
Network = Annotated[str, typer.Option(help="Short name of the network.")]
As = Annotated[str, typer.Option("--as", help="E-mail of the member whose rights it has.")]
Organisation = Annotated[
    str | None, typer.Option(help="In which organisation, for members of several.")
]
Column = Annotated[
    list[str] | None,
    typer.Option(help="What the file calls a column, as quantity=Menge; as often as needed."),
]
Encoding = Annotated[str | None, typer.Option(help="Encoding of a CSV, where it is mistaken.")]
Check = Annotated[bool, typer.Option("--check", help="Only check: write nothing.")]
GoodRows = Annotated[bool, typer.Option("--good-rows-only", help="Leave bad rows out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")]


@commands.command(name="import")
def put_in(  # noqa: PLR0913, PLR0917  # options of a command line
    kind: Kind,
    file: File,
    network: Network,
    email: As,
    organisation: Organisation = None,
    column: Column = None,
    encoding: Encoding = None,
    check: Check = False,  # noqa: FBT002  # a switch
    good_rows_only: GoodRows = False,  # noqa: FBT002  # a switch
    as_json: AsJson = False,  # noqa: FBT002  # a switch
) -> None:
    """Import a table: checked whole, each bad row told, then written by the workers.

    Bad rows end it with nothing written, unless --good-rows-only. Stopped, it goes on without.
    """
    what = Bringing(kind, file, _mapping(column), encoding, not check, good_rows_only)
    member = Member(network, email, organisation)
    with open_app_address(LaunchSettings.read()) as app_dsn, _progress() as told:
        done = bring_in(app_dsn, member, what, told)
    _tell(done, as_json=as_json)
    done.require(good_rows_only=good_rows_only)


@commands.command(name="export")
def put_out(  # noqa: PLR0913, PLR0917  # options of a command line
    kind: Kind,
    into: Into,
    network: Network,
    email: As,
    organisation: Organisation = None,
    as_json: AsJson = False,  # noqa: FBT002  # a switch
) -> None:
    """Export a table, as it is when a worker writes it; the file's ending tells the format."""
    ending = into.suffix.removeprefix(".").upper()
    if ending not in TableFormat.__members__:
        raise typer.BadParameter("must end in .csv or .xlsx", param_hint="--into")
    member = Member(network, email, organisation)
    with open_app_address(LaunchSettings.read()) as app_dsn, _spinner(f"writing {into.name}"):
        run = take_out(app_dsn, member, kind, TableFormat(ending), into)
    if as_json:
        typer.echo(json.dumps({"id": str(run.id), "kind": kind, "rows": run.rows}, indent=2))
    else:
        _say(f"{into}: {run.rows:,} rows.")


def _mapping(given: list[str] | None) -> dict[str, str] | None:
    if given is None:
        return None
    parts = [each.partition("=") for each in given]
    if not all(equals for _, equals, _ in parts):
        raise typer.BadParameter("is written as quantity=Menge", param_hint="--column")
    return {name.strip(): heading for name, _, heading in parts}


def _tell(done: Brought, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(done.shown(), indent=2, ensure_ascii=False))
        return
    run = done.run
    if done.faults:
        table = Table(*_COLUMNS)
        for fault in done.faults[:_MOST_SHOWN]:
            table.add_row(*(str(fault[name]) for name in _COLUMNS))
        console.print(table)
        if len(done.faults) > _MOST_SHOWN:
            _say(f"and {len(done.faults) - _MOST_SHOWN:,} more: --json names them all.")
    _say(f"{run.rows:,} rows: {run.good:,} good, {run.bad:,} bad, {run.written:,} written.")


@contextmanager
def _progress() -> Generator[Told]:
    """Show how many rows are checked, and then how many are written."""
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*bar, console=console, transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def told(run: ImportRun) -> None:
            is_applying = run.state == ImportState.APPLYING
            done = run.written if is_applying else run.good + run.bad
            most = run.good if is_applying else run.rows
            progress.update(task, description=run.state.lower(), completed=done, total=most or None)

        yield told


@contextmanager
def _spinner(text: str) -> Generator[Any]:
    with console.status(text) as shown:
        yield shown


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
