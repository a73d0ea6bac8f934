"""Commands that prepare the database."""

import typer

from launch.access import open_database
from launch.migrations import migrate
from launch.seed import seed_demo
from launch.settings import LaunchSettings

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
