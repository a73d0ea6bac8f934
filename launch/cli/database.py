"""Commands that prepare the database."""

from typing import Annotated

import typer

from launch.access import open_database
from launch.citus import distribute, plan
from launch.cli.console import console
from launch.migrations import migrate
from launch.seed import seed_demo
from launch.settings import LaunchSettings

DryRun = Annotated[bool, typer.Option(help="Print the plan, and change nothing.")]

commands = typer.Typer()


@commands.command(name="migrate")
def bring_up_to_date() -> None:
    """Bring the schema of the database up to date."""
    with open_database(LaunchSettings.read()) as database:
        migrate(database.access.owner_dsn)


@commands.command()
def seed() -> None:
    """Fill the sample network, once."""
    with open_database(LaunchSettings.read()) as database:
        migrate(database.access.owner_dsn)
        seed_demo(database.access.app_dsn)


@commands.command(name="distribute")
def spread(dry_run: DryRun = False) -> None:  # noqa: FBT002  # a switch
    """Spread the tables over a cluster by network; without Citus there is nothing to do."""
    if dry_run:
        for step in plan():
            typer.echo(str(step))
        return
    with open_database(LaunchSettings.read()) as database:
        steps = distribute(database.access.owner_dsn)
    if steps is None:
        console.print("This is PostgreSQL without Citus: all tables stay where they are.")
    for step in steps or ():
        console.print(str(step), markup=False, highlight=False, soft_wrap=True)
