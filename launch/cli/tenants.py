"""Commands over whole networks: founded, stopped, moved to another installation, taken away."""

import getpass
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.identities.operations import NewPerson
from app.people.commands.networks import Network
from launch.access import open_app_address, open_database
from launch.cli.console import console
from launch.cli.passwords import asked_password
from launch.networks import found, networks, resume, suspend
from launch.settings import LaunchSettings
from launch.tenants.archive import opened
from launch.tenants.erasing import erase_network
from launch.tenants.errors import ArchiveDamaged, FileExists
from launch.tenants.exporting import export_network
from launch.tenants.importing import import_network
from launch.tenants.reading import Told

commands = typer.Typer(
    no_args_is_help=True, help="Found whole networks, stop, move or take them away."
)

Slug = Annotated[str, typer.Option("--network", help="Short name of the network.")]
Into = Annotated[Path, typer.Option(help="File to write; it must not exist.")]
From = Annotated[Path, typer.Option("--from", help="Archive that an export wrote.")]
Hashes = Annotated[
    bool,
    typer.Option(help="Put password hashes in, so that people can sign in elsewhere as they do."),
]
Passwords = Annotated[
    Path | None,
    typer.Option(help="File to write new passwords into, of people who come without one."),
]
Confirm = Annotated[str, typer.Option(help="The short name again: this is for good.")]
Certificate = Annotated[Path, typer.Option(help="File to write the proof into.")]
Archive = Annotated[Path | None, typer.Option(help="Archive of it that is kept, for the proof.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_SHOWN = ("slug", "name", "status", "time_zone", "currency", "created_at")
By = Annotated[str | None, typer.Option(help="Who orders it, for the proof.")]


@commands.command(name="export")
def take_out(network: Slug, into: Into, password_hashes: Hashes = False) -> None:  # noqa: FBT002  # a switch
    """Write all of a network into one file, as it stands at one instant, while it works on."""
    with open_app_address(LaunchSettings.read()) as app_dsn, _progress() as told:
        manifest = export_network(app_dsn, network, into, with_passwords=password_hashes, told=told)
    _say(f"{into}: {manifest.rows:,} rows of {len(manifest.files)} tables.")
    _say(f"Archive {manifest.digest}")
    books = manifest.books
    _say(f"{books.invariants} invariants looked at, {len(books.broken)} do not hold.")
    for each in books.broken:
        _say(f"  {each}")
    if not password_hashes:
        _say("Passwords are not in it: on import people get new ones (--passwords-into).")


@commands.command(name="import")
def put_in(source: From, passwords_into: Passwords = None) -> None:
    """Bring a network in from its archive: checked, whole, and at work only when all is well."""
    with open_database(LaunchSettings.read()) as database, _progress() as told:
        done = import_network(database.access, source, passwords_into=passwords_into, told=told)
    network = done.manifest.network
    _say(f"{network.name} ({network.slug}): {done.manifest.rows:,} rows, {network.status.lower()}.")
    if done.without_password:
        _say(f"{done.without_password:,} people have no password yet and cannot sign in.")


@commands.command()
def erase(
    network: Slug,
    confirm: Confirm,
    certificate: Certificate,
    archive: Archive = None,
    by: By = None,
) -> None:
    """Take a network away for good; stopped half way, the same command goes on."""
    if certificate.exists():
        raise FileExists(certificate)
    digest = None if archive is None else _digest_of(archive, network)
    with open_database(LaunchSettings.read()) as database, _progress() as told:
        proof = erase_network(
            database.access.owner_dsn,
            network,
            confirm=confirm,
            by=by or getpass.getuser(),
            archive=digest,
            told=told,
        )
    written = json.dumps(proof, indent=2, ensure_ascii=False)
    with os.fdopen(os.open(certificate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{written}\n")
    _say(f"{sum(proof['rows_removed'].values()):,} rows removed, none left: {certificate}")


@commands.command(name="list")
def show(as_json: AsJson = False) -> None:  # noqa: FBT002  # a switch
    """List all networks, the suspended ones too."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        known = [{name: str(getattr(each, name)) for name in _SHOWN} for each in networks(app_dsn)]
    if as_json:
        typer.echo(json.dumps(known, indent=2))
        return
    table = Table(*_SHOWN)
    for each in known:
        table.add_row(*each.values())
    console.print(table if known else "There is no network yet: tributary tenant create")


@commands.command()
def create(  # noqa: PLR0913, PLR0917  # what a network is founded with
    network: Slug,
    name: Annotated[str, typer.Option(help="What people call the network.")],
    organisation: Annotated[str, typer.Option(help="Name of the organisation at its root.")],
    administrator: Annotated[str, typer.Option(help="Name of its first administrator.")],
    email: Annotated[str, typer.Option(help="Whose e-mail address this is.")],
    time_zone: Annotated[str, typer.Option(help="Whose midnight ends its days.")] = "Asia/Shanghai",
    currency: Annotated[str, typer.Option(help="Its currency by ISO 4217.")] = "CNY",
) -> None:
    """Found a network: its root organisation and the first person inside.

    The password is asked for, or read from TRIBUTARY_PASSWORD; it counts if the address is new.
    """
    person = NewPerson(administrator, email, asked_password(email))
    wanted = Network(network, name, time_zone, currency, organisation, person)
    with open_app_address(LaunchSettings.read()) as app_dsn:
        found(app_dsn, wanted)
    _say(f"{name} ({network}) is founded; {email} signs in and lets others in.")


@commands.command(name="suspend")
def stop(
    network: Slug, reason: Annotated[str, typer.Option(help="Why, for the audit trail.")]
) -> None:
    """Stop all work inside a network from the next request on; nothing is lost."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        suspend(app_dsn, network, reason)
    _say(f"{network} is suspended; `tributary tenant resume` lets it work again.")


@commands.command(name="resume")
def go_on(network: Slug) -> None:
    """Let people inside a suspended network work again."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        resume(app_dsn, network)
    _say(f"{network} works again.")


def _digest_of(file: Path, slug: str) -> str:
    """Check that the archive is whole and of this network, since the proof will name it."""
    with opened(file) as (_, manifest):
        if manifest.network.slug != slug:
            raise ArchiveDamaged(file, f"it is of the network {manifest.network.slug}")
        return manifest.digest


@contextmanager
def _progress() -> Generator[Told]:
    """Show the table at work, and how many of its rows are done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("")

        def told(table: str, rows: int) -> None:
            progress.update(task, description=f"{table}: {rows:,} rows")

        yield told


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
