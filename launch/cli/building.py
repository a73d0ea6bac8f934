"""Commands for those who build Tributary."""

from typing import Annotated

import typer

from launch.cli.console import console
from launch.migrations import check_migrations, write_migration
from launch.papers import write_edge, write_order_states

commands = typer.Typer(rich_help_panel="For those who build Tributary")

Message = Annotated[str, typer.Argument(help="What the migration does, in a few words.")]


@commands.command(name="check-migrations")
def check() -> None:
    """Prove all migrations up, down and up again on throwaway servers."""
    for version in check_migrations():
        console.print(f"Migrations work on PostgreSQL {version}.")


@commands.command(name="write-migration")
def write(message: Message) -> None:
    """Write the migration that the models ask for."""
    write_migration(message)


@commands.command(name="write-papers")
def write_papers() -> None:
    """Write the papers that are made from the code."""
    write_order_states()
    write_edge()
