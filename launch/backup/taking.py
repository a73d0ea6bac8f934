"""Take a whole copy of the server while it works, and drop those no longer wanted."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from launch.backup.errors import CopyRefused, NoBackup
from launch.backup.packing import pack
from launch.backup.source import Source, one_value, open_source, store_of
from launch.backup.store import Base, Store
from launch.postgres.durable import rename_durably
from launch.secrets import SECRET_FILES
from launch.settings import LaunchSettings

_SEGMENT = re.compile(r"START WAL LOCATION: \S+ \(file (\w+)\)")


def take(settings: LaunchSettings) -> Base:
    """Copy everything, also what is needed to go on from it, and keep WAL from here on.

    The first one makes our own server hand over its WAL. Requests are served meanwhile.
    """
    store = store_of(settings)
    with open_source(settings) as source:
        store.claim(source.name)
        source.archive_to(store)
        base = _copied(source, store, settings)
        if source.server is not None:
            source.hand_over(store)
    pack(store.wal)
    return base


def prune(settings: LaunchSettings, keep: int) -> list[Base]:
    """Drop all but the newest copies, with the WAL that only they needed; returns the dropped."""
    store = store_of(settings)
    bases = store.bases()
    dropped, kept = bases[:-keep], bases[-keep:]
    if not kept:
        raise NoBackup(store.folder, "now")
    for base in dropped:
        unfinished = store.place(f"{base.name}.unfinished")
        rename_durably(store.place(base.name), unfinished)
        shutil.rmtree(unfinished)
    for segment in store.segments():
        if segment.name[:24] < kept[0].first_segment and segment.suffix != ".history":
            segment.unlink()
    return dropped


def _copied(source: Source, store: Store, settings: LaunchSettings) -> Base:
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    place = store.begun(name)
    cluster = place / "cluster"
    answer = source.run(
        "pg_basebackup", "-D", str(cluster), "--wal-method=stream", "--checkpoint=fast"
    )
    if answer.returncode:
        shutil.rmtree(place)
        raise CopyRefused(answer.stderr.strip())
    _copy_secrets(settings.data, place)
    with source.connect() as connection:
        finished: datetime = one_value(connection, "SELECT clock_timestamp()")
    base = _described(name, finished, cluster)
    store.finish(base)
    return base


def _described(name: str, finished: datetime, cluster: Path) -> Base:
    label = (cluster / "backup_label").read_text()
    found = _SEGMENT.search(label)
    assert found is not None
    size = sum(path.stat().st_size for path in cluster.rglob("*") if path.is_file())
    major = int((cluster / "PG_VERSION").read_text())
    return Base(name, finished.astimezone(UTC), major, found[1], size)


def _copy_secrets(data: Path, place: Path) -> None:
    """Keep the keys with the copy: without them, whoever is signed in is signed out."""
    for name in SECRET_FILES:
        if (data / name).exists():
            shutil.copy2(data / name, place / name)
