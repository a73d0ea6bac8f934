"""Commands over the books: what must be true of every network."""

import json
from typing import Annotated

import typer

from launch.access import open_app_address
from launch.bookkeeping import check_books, in_json
from launch.cli.console import console
from launch.settings import LaunchSettings

commands = typer.Typer(no_args_is_help=True, help="Hold the books against each other.")

Networks = Annotated[
    list[str] | None, typer.Option("--network", help="Short name of a network; all without it.")
]
AtRest = Annotated[
    bool, typer.Option(help="Also what holds only when no job waits any more, as after a drain.")
]
Sample = Annotated[int, typer.Option(min=1, help="How many rows of each breach are shown.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")]


@commands.callback()
def _group() -> None:
    """Keep `check` a word of its own, though it is alone."""


@commands.command()
def check(
    network: Networks = None,
    at_rest: AtRest = False,  # noqa: FBT002  # an option of the command line
    sample: Sample = 10,
    as_json: AsJson = False,  # noqa: FBT002  # an option of the command line
) -> None:
    """Look at all books of a network in one snapshot, and name what does not hold."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        found = check_books(
            console, app_dsn, slugs=network or (), is_at_rest=at_rest, sample=sample
        )
    if as_json:
        typer.echo(json.dumps(in_json(found), indent=2))
    found.require()
