"""Commands over whole networks: out of an installation, into another, away for good."""

import getpass
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from launch.access import open_app_address, open_database
from launch.cli.console import console
from launch.settings import LaunchSettings
from launch.tenants.archive import opened
from launch.tenants.erasing import erase_network
from launch.tenants.errors import ArchiveDamaged, FileExists
from launch.tenants.exporting import export_network
from launch.tenants.importing import import_network
from launch.tenants.reading import Told

commands = typer.Typer(no_args_is_help=True, help="Move whole networks, or take them away.")

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
