"""Bring the database back as of an instant, in a folder of its own; the original stays."""

import os
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from launch.backup import unpacking
from launch.backup.errors import (
    BackupBroken,
    FolderTaken,
    InstantNotReached,
    InstantUnclear,
    MajorUnknown,
    WalMissing,
)
from launch.backup.packing import PACKED
from launch.backup.source import pg_wal_of, source_if_alive, store_of
from launch.backup.store import UNFINISHED, Base, Store
from launch.backup.unpacking import unpack
from launch.postgres import Binaries, EmbeddedPostgres, bundled_binaries, installed_binaries
from launch.postgres.account import Account
from launch.postgres.cluster import SETTINGS_FILE
from launch.postgres.durable import rename_durably
from launch.postgres.errors import StartFailed
from launch.postgres.layout import Layout, layout_of
from launch.secrets import SECRET_FILES
from launch.settings import LaunchSettings

RECOVERY_SECONDS = 24 * 3_600.0
_TOO_SHORT = "recovery ended before configured recovery target was reached"
_OPEN_TO_THE_SOCKET = "local all all trust\nlocal replication all trust\n"


def restore(settings: LaunchSettings, at: datetime | None, into: Path) -> Base:
    """Make a data directory of all that was committed by the instant, or of all there is.

    It is there when it is complete, and not before. The copy hands its WAL over to nobody and
    stops cleanly: start on it with TRIBUTARY_DATA. Returns the copy from which it began.
    """
    into = into.absolute()
    if into.exists():
        raise FolderTaken(into)
    store = store_of(settings)
    base = store.base_before(at)
    _check(store, base)
    with source_if_alive(settings) as source:
        if source is not None:
            source.hand_over(store)
    if at is None and (missing := store.first_missing(base)):
        raise WalMissing(missing, store.wal, base.name)
    unfinished = into.with_name(into.name + UNFINISHED)
    _clear(unfinished)
    unfinished.mkdir(parents=True)
    for name in SECRET_FILES:
        if (store.place(base.name) / name).exists():
            shutil.copy2(store.place(base.name) / name, unfinished / name)
    _recover(settings, store, base, at, unfinished / "postgres")
    rename_durably(unfinished, into)
    return base


def instant_of(text: str) -> datetime:
    """Read an instant with its offset from UTC; raises `InstantUnclear`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as unclear:
        raise InstantUnclear(text, str(unclear)) from unclear
    if at.tzinfo is None:
        raise InstantUnclear(text, "it does not say which clock it is of")
    if at > datetime.now(UTC):
        raise InstantUnclear(text, "it has not come yet")
    return at


def _check(store: Store, base: Base) -> None:
    program = programs_of(base.major).program("pg_verifybackup")
    place = store.place(base.name) / "cluster"
    answer = subprocess.run([program, str(place)], check=False, text=True, capture_output=True)
    if answer.returncode:
        raise BackupBroken(base.name, answer.stderr.strip())


def _recover(
    settings: LaunchSettings, store: Store, base: Base, at: datetime | None, home: Path
) -> None:
    layout = layout_of(home)
    shutil.copytree(store.place(base.name) / "cluster", layout.cluster, symlinks=True)
    folders = [store.wal, *filter(None, [pg_wal_of(settings)])]
    if layout.account.is_lent:
        folders = [_brought(layout, base, folders)]
    _prepare(layout, folders, at)
    _give_whole(layout.account, layout.home)
    try:
        with EmbeddedPostgres(home, binaries=programs_of(base.major), patience=RECOVERY_SECONDS):
            pass  # It serves only once it has recovered.
    except StartFailed as failed:
        if _TOO_SHORT in failed.tail:
            raise InstantNotReached(at.isoformat() if at else "now", failed.tail) from failed
        raise
    _forget_recovery(layout)


def _prepare(layout: Layout, folders: list[Path], at: datetime | None) -> None:
    """Have the server replay until the instant, and let in only who reaches its socket."""
    wanted = {
        "hot_standby": "off",  # Whoever gets in finds it complete.
        "restore_command": _fetching(folders),
        "recovery_target_action": "promote",
    }
    if at is not None:
        wanted["recovery_target_time"] = at.isoformat()
    lines = [
        f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in wanted.items()
    ]
    (layout.cluster / "postgresql.auto.conf").write_text("".join(lines))
    (layout.cluster / "recovery.signal").touch()
    (layout.cluster / "pg_hba.conf").write_text(_OPEN_TO_THE_SOCKET)
    (layout.cluster / "pg_ident.conf").touch()
    configuration = layout.cluster / "postgresql.conf"
    if not configuration.exists() or SETTINGS_FILE not in configuration.read_text():
        configuration.write_text(f"include_if_exists = '{SETTINGS_FILE}'\n")


def _fetching(folders: list[Path]) -> str:
    """Write the shell's words that fetch a segment: plain, packed, or still being received.

    A plain one may be packed at this very moment, so that the packed one is looked for after it. A
    packed one that is damaged ends the recovery.
    """
    unpack = " ".join(map(_word, (sys.executable, "-I", unpacking.__file__)))
    tried = (
        f'test -f {place}/%f && cp {place}/%f "%p" && exit 0; '
        f'test -f {place}/%f{PACKED} && exec {unpack} {place}/%f{PACKED} "%p"; '
        f'test -f {place}/%f.partial && cp {place}/%f.partial "%p" && exit 0; '
        for place in (_word(str(folder)) for folder in folders)
    )
    return f"{''.join(tried)}exit 1"


def _word(text: str) -> str:
    """Quote a word for the shell, and what the server would take for a name of its own."""
    return shlex.quote(text).replace("%", "%%")


def _brought(layout: Layout, base: Base, folders: list[Path]) -> Path:
    """Copy WAL to where an account can read it that may not pass through to the original."""
    target = layout.home / "wal"
    target.mkdir()
    for folder in reversed(folders):  # The archive's own has the last word.
        for segment in folder.glob("0*"):
            is_needed = segment.name[:24] >= base.first_segment or segment.suffix == ".history"
            if not is_needed or not segment.is_file():
                continue
            if segment.suffix == PACKED:
                unpack(str(segment), str(target / segment.stem))
            else:
                shutil.copy2(segment, target / segment.name)
    return target


def _forget_recovery(layout: Layout) -> None:
    """Leave the copy as any other cluster is."""
    (layout.cluster / "postgresql.auto.conf").write_text("")
    shutil.rmtree(layout.home / "wal", ignore_errors=True)


def _give_whole(account: Account, home: Path) -> None:
    for place in (home, *home.rglob("*")):
        account.give(place)


def programs_of(major: int) -> Binaries:
    """Find PostgreSQL's programs of a version on this machine; raises `MajorUnknown`."""
    account = Account(os.geteuid(), os.getegid())
    for programs in (bundled_binaries(), *installed_binaries()):
        if programs.major(account) == major:
            return programs
    raise MajorUnknown(major)


def _clear(unfinished: Path) -> None:
    """Remove what a killed attempt left, also where it lies behind a link."""
    home = unfinished / "postgres"
    if home.is_symlink():
        shutil.rmtree(home.resolve(), ignore_errors=True)
    if unfinished.exists():
        shutil.rmtree(unfinished)
