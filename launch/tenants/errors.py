"""What can keep a network from being taken out, put in, or taken away."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from launch.errors import LaunchError


@dataclass(eq=False)
class FileExists(LaunchError):
    """Nothing is ever written over."""

    text: ClassVar = "{file} exists."
    remedy: ClassVar = "Name another file, or move that one away."
    file: Path


@dataclass(eq=False)
class ArchiveDamaged(LaunchError):
    """The archive is not as it was written."""

    text: ClassVar = "{file} cannot be used: {problem}."
    remedy: ClassVar = "Nothing was changed. Copy it again from where it was written."
    file: Path
    problem: str


@dataclass(eq=False)
class OtherRevision(LaunchError):
    """The archive's tables are not those of this installation."""

    text: ClassVar = (
        "The archive was written at schema revision {archive}, this database is at {database}."
    )
    remedy: ClassVar = (
        "Import it with the version of Tributary that wrote it, into a database of its own, run "
        "`tributary migrate` with this version, and export it again."
    )
    archive: str
    database: str


@dataclass(eq=False)
class NetworkExists(LaunchError):
    """The network of the archive is here already."""

    text: ClassVar = "The network {slug} exists here, or another of its short name."
    remedy: ClassVar = (
        "Import into a fresh installation; or, if this one is what an import left behind, take it "
        "away with `tributary tenant erase` first."
    )
    slug: str


@dataclass(eq=False)
class PeopleKnown(LaunchError):
    """Somebody has an account of the same e-mail address here that is not the archive's."""

    text: ClassVar = "These people have other accounts here: {emails}."
    remedy: ClassVar = (
        "Nobody is taken for another by an e-mail address alone. Import into a fresh installation, "
        "or give those accounts other addresses first."
    )
    emails: str


@dataclass(eq=False)
class RowsRefused(LaunchError):
    """The database does not take rows of the archive."""

    text: ClassVar = "The database refused rows of {table}: {reason}"
    remedy: ClassVar = "Nothing was changed. Somebody wrote this archive who is not Tributary."
    table: str
    reason: str


@dataclass(eq=False)
class NotTheSame(LaunchError):
    """What was read back is not what the archive says."""

    text: ClassVar = "After the import, {what} is not as in the archive."
    remedy: ClassVar = "The network stays suspended or absent. Keep the archive and report this."
    what: str


@dataclass(eq=False)
class NotConfirmed(LaunchError):
    """The short name was not said twice."""

    text: ClassVar = "Erasing {slug} is for good, and was not confirmed."
    remedy: ClassVar = "Say it twice: --network {slug} --confirm {slug}."
    slug: str


@dataclass(eq=False)
class StillWorking(LaunchError):
    """Transactions that began before the network was suspended are still under way."""

    text: ClassVar = "{number} transactions that began earlier have not ended yet."
    remedy: ClassVar = (
        "The network is suspended. Say the same again: it goes on where it stopped. If it stays "
        "so, look into pg_stat_activity for who is idle in transaction."
    )
    number: int


@dataclass(eq=False)
class RowsLeft(LaunchError):
    """Rows of the network are still there after all was taken away."""

    text: ClassVar = "Rows of the network were written while it was taken away: {tables}."
    remedy: ClassVar = "Say the same again: it goes on where it stopped."
    tables: str
