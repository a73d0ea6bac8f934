"""Why a backup could not be taken or restored."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from launch.errors import LaunchError


@dataclass(eq=False)
class AdministratorUnknown(LaunchError):
    """Only addresses without the right to replicate were given."""

    text: ClassVar = "A backup copies the whole server, which neither owner nor application may."
    remedy: ClassVar = "Set TRIBUTARY_DATABASE_URL to a role with REPLICATION, as `postgres` has."


@dataclass(eq=False)
class StoreOfAnother(LaunchError):
    """The folder holds backups of another database, whose WAL has the same names."""

    text: ClassVar = "{folder} holds the backups of another database, that of {owner}."
    remedy: ClassVar = "Set TRIBUTARY_BACKUPS to a folder of this one's own."
    folder: Path
    owner: str


@dataclass(eq=False)
class StoreOutOfReach(LaunchError):
    """The account that runs the server cannot write its WAL there."""

    text: ClassVar = "The database server cannot reach {folder}."
    remedy: ClassVar = "Set TRIBUTARY_BACKUPS to a folder that its account may pass through to."
    folder: Path


@dataclass(eq=False)
class ArchiveOff(LaunchError):
    """The server was started before archives existed."""

    text: ClassVar = "The running database server does not hand over its WAL."
    remedy: ClassVar = "Stop it, start it again with this version, and take the backup then."


@dataclass(eq=False)
class ArchiveStalled(LaunchError):
    """A segment did not arrive in the archive."""

    text: ClassVar = "The WAL segment {segment} did not arrive in {folder} within {seconds:g} s."
    remedy: ClassVar = (
        "Look for a full disk or missing rights; for an external server run `tributary backup "
        "follow`. Nothing is lost meanwhile: the server keeps what was not handed over."
    )
    segment: str
    folder: Path
    seconds: float


@dataclass(eq=False)
class CopyRefused(LaunchError):
    """The server, or the disk, did not let the copy be made."""

    text: ClassVar = "The backup was not taken: {reason}"
    remedy: ClassVar = (
        "It needs room on the disk, a role with REPLICATION, and a `replication` line for it in "
        "pg_hba.conf; where a provider refuses replication, use the provider's own backups."
    )
    reason: str


@dataclass(eq=False)
class NoBackup(LaunchError):
    """No copy was finished before the instant."""

    text: ClassVar = "{folder} holds no backup that was finished before {at}."
    remedy: ClassVar = "Name a later instant: see `tributary backup list`."
    folder: Path
    at: str


@dataclass(eq=False)
class InstantUnclear(LaunchError):
    """The instant cannot be understood."""

    text: ClassVar = "{text_given!r} is no instant that can be restored: {why}."
    remedy: ClassVar = "Write it with its offset from UTC, such as 2026-03-01T14:30:00+00:00."
    text_given: str
    why: str


@dataclass(eq=False)
class BackupBroken(LaunchError):
    """The files of the copy are not what they were when it was taken."""

    text: ClassVar = "The backup {name} is damaged: {reason}"
    remedy: ClassVar = "Restore from an earlier one: move it away and repeat."
    name: str
    reason: str


@dataclass(eq=False)
class FolderTaken(LaunchError):
    """There is something where the restored copy should be."""

    text: ClassVar = "{folder} exists already."
    remedy: ClassVar = "Restore into a folder that does not exist; nothing is ever written over."
    folder: Path


@dataclass(eq=False)
class InstantNotReached(LaunchError):
    """The WAL at hand ends before the instant."""

    text: ClassVar = "The WAL at hand ends before {at}. The server's last lines:\n{tail}\n"
    remedy: ClassVar = (
        "Name an earlier instant, leave --at out for all there is, or start the database first "
        "if it is only stopped: it hands over the rest."
    )
    at: str
    tail: str


@dataclass(eq=False)
class WalMissing(LaunchError):
    """A segment is missing between two that are there: all after it is out of reach."""

    text: ClassVar = (
        "The WAL segment {segment} is missing in {folder}, though later ones are there: what was "
        "committed after it cannot be brought back from the backup {name}."
    )
    remedy: ClassVar = (
        "Put it back and repeat, or name an instant before it with --at. Take a new backup now: "
        "from it on nothing is missing."
    )
    segment: str
    folder: Path
    name: str


@dataclass(eq=False)
class MajorUnknown(LaunchError):
    """No programs of the copy's version are here."""

    text: ClassVar = "The copy is of PostgreSQL {major}, whose programs are not on this machine."
    remedy: ClassVar = "Install that version's server package, or restore on a machine that has it."
    major: int
