"""Keep the WAL of an external server as it is written, over its replication protocol."""

import os
from pathlib import Path

import psycopg

from launch.backup.errors import CopyRefused
from launch.backup.source import Source, open_source, store_of
from launch.processes import Process
from launch.settings import LaunchSettings

SLOT = "tributary_backup"

_DROP_UNUSED = """
    SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
    WHERE slot_name = %(slot)s AND restart_lsn IS NULL AND NOT active
"""
_RESERVE = """
    SELECT pg_create_physical_replication_slot(%(slot)s, immediately_reserve => true)
    WHERE NOT EXISTS (SELECT 1 FROM pg_replication_slots WHERE slot_name = %(slot)s)
"""


def follow(settings: LaunchSettings, log: Path | None = None) -> Process:
    """Describe the process that receives the WAL; the server keeps what it has not yet received.

    Every commit is synced here within a second. What the server keeps for it, while it does not
    run, is bounded by the server's `max_slot_wal_keep_size`.
    """
    store = store_of(settings)
    with open_source(settings) as source:
        store.claim(source.name)
        store.wal.mkdir(exist_ok=True)
        _make_slot(source)
        words = ["-D", str(store.wal), "--slot", SLOT, "--synchronous"]
        command = source.command("pg_receivewal", *words)
        return Process("follower", command, {**os.environ, **source.environment}, log)


def _make_slot(source: Source) -> None:
    """Have the server keep its WAL from now on, before the follower has come to ask for it."""
    with source.connect() as connection:
        try:
            connection.execute(_DROP_UNUSED, {"slot": SLOT})
            connection.execute(_RESERVE, {"slot": SLOT})
        except psycopg.Error as refused:
            raise CopyRefused(str(refused).strip()) from refused
