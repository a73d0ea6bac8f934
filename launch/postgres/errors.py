"""Why an embedded server could not be had."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from launch.errors import LaunchError


@dataclass(eq=False)
class BinariesMissing(LaunchError):
    """No PostgreSQL program lies where one was expected."""

    text: ClassVar = "PostgreSQL's programs were not found in {place}."
    remedy: ClassVar = (
        "Install the requirements again, or set TRIBUTARY_DATABASE_URL to an external server."
    )
    place: str


@dataclass(eq=False)
class BinariesBroken(LaunchError):
    """The server program does not run on this machine."""

    text: ClassVar = "{program} does not run here: {reason}."
    remedy: ClassVar = "Set TRIBUTARY_DATABASE_URL to an external PostgreSQL 15 to 18 instead."
    program: Path
    reason: str


@dataclass(eq=False)
class AccountMissing(LaunchError):
    """The operating system has no account entry for the user that would run the server."""

    text: ClassVar = "PostgreSQL refuses to run because {who} has no entry in the user database."
    remedy: ClassVar = "Add the account to the system, or run as an account that it knows."
    who: str


@dataclass(eq=False)
class DataOutOfReach(LaunchError):
    """The account that runs the server cannot reach, or must not use, the data directory."""

    text: ClassVar = "{path} cannot be used for the database: {reason}."
    remedy: ClassVar = "Set TRIBUTARY_DATA to a directory of the user who starts Tributary."
    path: Path
    reason: str


@dataclass(eq=False)
class ClusterMissing(LaunchError):
    """The link to a relocated cluster points at nothing, so its data would be lost unnoticed."""

    text: ClassVar = "The database was kept in {target}, which is gone."
    remedy: ClassVar = "Bring it back, or delete the link {link} to begin with an empty database."
    link: Path
    target: Path


@dataclass(eq=False)
class ClusterIncompatible(LaunchError):
    """The data was written by another major version of PostgreSQL."""

    text: ClassVar = (
        "The database in {cluster} belongs to PostgreSQL {found}, the programs are {expected}."
    )
    remedy: ClassVar = (
        "Move the data with pg_dump and pg_restore, or choose another TRIBUTARY_DATA."
    )
    cluster: Path
    found: int
    expected: int


@dataclass(eq=False)
class InitialisationFailed(LaunchError):
    """The program initdb refused to create a cluster."""

    text: ClassVar = "The database could not be created in {cluster}: {reason}"
    remedy: ClassVar = "Free space or permissions are the usual cause; then start again."
    cluster: Path
    reason: str


@dataclass(eq=False)
class StartFailed(LaunchError):
    """The server ended before it accepted a connection."""

    text: ClassVar = "PostgreSQL ended while starting. The last lines of {log}:\n{tail}\n"
    remedy: ClassVar = "Mend what they name and start again; nothing committed is lost."
    log: Path
    tail: str


@dataclass(eq=False)
class StartTimedOut(LaunchError):
    """The server runs but did not accept a connection in time, as in a long crash recovery."""

    text: ClassVar = "PostgreSQL accepted no connection within {seconds:g} seconds; see {log}."
    remedy: ClassVar = "If it is still recovering, start again with a larger TRIBUTARY_PATIENCE."
    log: Path
    seconds: float
