"""Commands over the audit trail."""

from pathlib import Path
from typing import Annotated

import typer

from launch.access import open_app_address
from launch.auditing import verify_trails
from launch.cli.console import console
from launch.settings import LaunchSettings

commands = typer.Typer(no_args_is_help=True, help="Look after the audit trail.")

Network = Annotated[str | None, typer.Option(help="Short name of the only network to look at.")]
Notes = Annotated[Path | None, typer.Option(help="File of seals noted the time before.")]


@commands.callback()
def _group() -> None:
    """Keep `verify` a word of its own, though it is alone."""


@commands.command()
def verify(network: Network = None, notes: Notes = None) -> None:
    """Look for changes of the audit trail past the application, and name the rows."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        verify_trails(console, app_dsn, slug=network, notes=notes)
