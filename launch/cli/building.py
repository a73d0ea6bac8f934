"""Commands for those who build Tributary."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from launch.advisories import SourceUnreachable, accepted, check_advisories
from launch.cli.console import console
from launch.locks import Locks, check_locks
from launch.migrations import PROJECT, check_migrations, write_migration
from launch.npm_advisories import check_npm_advisories
from launch.papers import write_edge, write_order_states

commands = typer.Typer(rich_help_panel="For those who build Tributary")

_NOT_CHECKED = 3
Message = Annotated[str, typer.Argument(help="What the migration does, in a few words.")]


@commands.command(name="check-migrations")
def check() -> None:
    """Prove all migrations up, down and up again on throwaway servers."""
    for version in check_migrations():
        console.print(f"Migrations work on PostgreSQL {version}.")


@commands.command(name="audit-dependencies")
def audit_dependencies(
    *,
    insist: Annotated[bool, typer.Option(help="Fail, with status 3, where nobody tells.")] = False,
) -> None:
    """Hold the locks to their hashes, and look for known vulnerabilities of all that is locked.

    Fails with status 1 for a lock that is not complete or a vulnerability that is not accepted.
    """
    locks, today = Locks.of(PROJECT), datetime.now(UTC).date()
    of_python, of_npm = check_locks(locks)
    console.print(f"Locked: {of_python} packages of Python, {of_npm} of npm, all with hashes.")
    allowed = accepted(locks.project, today)
    are_told = [
        _told(
            "Python", of_python, lambda: check_advisories(locks.building, locks.project, today)[1]
        ),
        _told("npm", of_npm, lambda: check_npm_advisories(locks.npm.parent, allowed)),
    ]
    if insist and not all(are_told):
        raise typer.Exit(_NOT_CHECKED)


def _told(whose: str, number: int, look: Callable[[], int]) -> bool:
    """Say what is known; no where nobody could be asked."""
    try:
        allowed = look()
    except SourceUnreachable as unreachable:
        console.print(
            f"{whose}: NOT CHECKED for known vulnerabilities: {unreachable}", style="yellow"
        )
        return False
    console.print(f"{whose}: {number} packages, {allowed} known vulnerabilities, all accepted.")
    return True


@commands.command(name="write-migration")
def write(message: Message) -> None:
    """Write the migration that the models ask for."""
    write_migration(message)


@commands.command(name="write-papers")
def write_papers() -> None:
    """Write the papers that are made from the code."""
    write_order_states()
    write_edge()
