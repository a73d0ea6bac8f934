"""Commands over those who run the platform."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from app.identities.operations import NewPerson
from launch.access import open_app_address
from launch.cli.console import console
from launch.cli.passwords import asked_password
from launch.networks import appoint, dismiss, staff
from launch.settings import LaunchSettings

commands = typer.Typer(no_args_is_help=True, help="Appoint who runs the platform.")
Email = Annotated[str, typer.Argument(help="E-mail address.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.command(name="appoint")
def let_in(
    email: Email,
    name: Annotated[str, typer.Option(help="Name, if the address is new here.")],
) -> None:
    """Let a person run the platform: found, suspend and look after networks.

    Whoever has an account keeps name and password. The password is asked for, or read from
    TRIBUTARY_PASSWORD.
    """
    person = NewPerson(name, email, asked_password(email))
    with open_app_address(LaunchSettings.read()) as app_dsn:
        appoint(app_dsn, person)
    console.print(f"{email} runs the platform.", markup=False, highlight=False)


@commands.command(name="dismiss")
def let_go(email: Email) -> None:
    """Take the platform's powers from a person; what they are inside networks stays."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        dismiss(app_dsn, email)
    console.print(f"{email} no longer runs the platform.", markup=False, highlight=False)


@commands.command(name="list")
def show(as_json: AsJson = False) -> None:  # noqa: FBT002  # a switch
    """List who runs the platform."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        known = [asdict(each) | {"since": each.since.isoformat()} for each in staff(app_dsn)]
    if as_json:
        typer.echo(json.dumps(known, indent=2))
        return
    table = Table("name", "email", "since")
    for each in known:
        table.add_row(*(str(value) for value in each.values()))
    console.print(table if known else "Nobody runs the platform yet: tributary user appoint")
