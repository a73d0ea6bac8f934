"""Commands over the GraphQL schema."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from launch.cli.console import console

commands = typer.Typer(no_args_is_help=True, help="Look at the GraphQL schema.")
Into = Annotated[Path | None, typer.Option(help="File to write it into, instead.")]


@commands.callback()
def subjects() -> None:
    """Look at the GraphQL schema."""


@commands.command(name="print")
def show(into: Into = None) -> None:
    """Print the schema in GraphQL's own language: the manual of the API.

    Another process builds it: to load it takes longer than all that the other commands need.
    """
    building = [sys.executable, "-m", "app.schema"]
    text = subprocess.run(building, capture_output=True, text=True, check=True).stdout.rstrip("\n")
    if into is None:
        typer.echo(text)
        return
    into.write_text(f"{text}\n", encoding="utf-8")
    console.print(f"{into}: {len(text.splitlines()):,} lines", markup=False, highlight=False)
