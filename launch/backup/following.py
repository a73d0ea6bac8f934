"""Keep the WAL of an external server as it is written, over its replication protocol."""

import os
from pathlib import Path

from launch.backup.errors import CopyRefused
from launch.backup.source import Source, open_source, store_of
from launch.processes import Process
from launch.settings import LaunchSettings

SLOT = "tributary_backup"


def follow(settings: LaunchSettings, log: Path | None = None) -> Process:
    """Describe the process that receives the WAL; the server keeps what it has not yet received.

    Every commit is synced here within a second. What the server keeps for it, while it does not
    run, is bounded by the server's `max_slot_wal_keep_size`.
    """
    store = store_of(settings)
    with open_source(settings) as source:
        store.claim(source.name)
        store.wal.mkdir(exist_ok=True)
        _make_slot(source, store.wal)
        words = ["-D", str(store.wal), "--slot", SLOT, "--synchronous"]
        command = source.command("pg_receivewal", *words)
        return Process("follower", command, {**os.environ, **source.environment}, log)


def _make_slot(source: Source, folder: Path) -> None:
    words = ["-D", str(folder), "--slot", SLOT, "--create-slot", "--if-not-exists"]
    answer = source.run("pg_receivewal", *words)
    if answer.returncode:
        raise CopyRefused(answer.stderr.strip())
