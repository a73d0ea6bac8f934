"""Commands for those who build Tributary."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from launch.advisories import SourceUnreachable, check_advisories
from launch.cli.console import console
from launch.migrations import PROJECT, check_migrations, write_migration
from launch.papers import write_edge, write_order_states

commands = typer.Typer(rich_help_panel="For those who build Tributary")

Message = Annotated[str, typer.Argument(help="What the migration does, in a few words.")]


@commands.command(name="check-migrations")
def check() -> None:
    """Prove all migrations up, down and up again on throwaway servers."""
    for version in check_migrations():
        console.print(f"Migrations work on PostgreSQL {version}.")


@commands.command(name="audit-dependencies")
def audit_dependencies() -> None:
    """Look for known vulnerabilities of all that is locked; passes when nobody can be asked."""
    try:
        looked_at, allowed = check_advisories(
            PROJECT / "requirements-dev.lock", PROJECT / "pyproject.toml", datetime.now(UTC).date()
        )
    except SourceUnreachable as unreachable:
        console.print(f"NOT CHECKED for known vulnerabilities: {unreachable}", style="yellow")
        return
    console.print(f"{looked_at} packages: {allowed} known vulnerabilities, all accepted.")


@commands.command(name="write-migration")
def write(message: Message) -> None:
    """Write the migration that the models ask for."""
    write_migration(message)


@commands.command(name="write-papers")
def write_papers() -> None:
    """Write the papers that are made from the code."""
    write_order_states()
    write_edge()
