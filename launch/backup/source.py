"""The server that is backed up: our own, or an external one."""

import os
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from launch.access import open_database
from launch.backup.errors import (
    AdministratorUnknown,
    ArchiveOff,
    ArchiveStalled,
    StoreOutOfReach,
)
from launch.backup.store import Store
from launch.database import ServerUnreachable
from launch.postgres import Binaries, EmbeddedPostgres, bundled_binaries
from launch.postgres.layout import layout_of
from launch.postgres.postmaster import live_postmaster
from launch.settings import LaunchSettings

_POLL_SECONDS = 0.05
_SOON_SECONDS = "5"


@dataclass(frozen=True)
class Source:
    """A server as its administrator reaches it; `server` is there when it is our own."""

    dsn: str
    programs: Binaries
    name: str
    server: EmbeddedPostgres | None = None
    patience: float = 60
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    def run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs against it."""
        return subprocess.run(
            self.command(program, *words),
            check=False,
            text=True,
            capture_output=True,
            env={**os.environ, **self.environment},
        )

    def command(self, program: str, *words: str) -> list[str]:
        """Write the command line; the password is in the environment, where `ps` shows none."""
        return [self.programs.program(program), "--no-password", "-d", self.dsn, *words]

    def connect(self) -> psycopg.Connection:
        """Connect as the administrator."""
        dsn = make_conninfo(self.dsn, password=self.environment.get("PGPASSWORD"))
        try:
            return psycopg.connect(dsn, autocommit=True)
        except psycopg.OperationalError as failure:
            raise ServerUnreachable(str(failure)) from failure

    def archive_to(self, store: Store) -> None:
        """Have our own server hand over its WAL; an external one is followed instead."""
        store.wal.mkdir(exist_ok=True)
        if self.server is None:
            return
        if not self.server.account.reaches(store.folder):
            raise StoreOutOfReach(store.folder)
        with self.connect() as connection:
            mode: str = one_value(connection, "SHOW archive_mode")
        if mode == "off":
            raise ArchiveOff
        if self.server.archive != store.wal:
            self.server.account.give(store.wal)
            self.server.archive_to(store.wal)

    def hand_over(self, store: Store) -> None:
        """Wait until all that is committed by now has arrived in the store.

        A commit of its own comes first: recovery knows to have passed an instant only by a later
        commit.
        """
        with self.connect() as connection:
            connection.execute("SELECT pg_current_xact_id()")
            segment: str = one_value(connection, "SELECT pg_walfile_name(pg_switch_wal())")
        deadline = time.monotonic() + self.patience
        while not store.has(segment):
            if time.monotonic() > deadline:
                raise ArchiveStalled(segment, store.wal, self.patience)
            time.sleep(_POLL_SECONDS)


def one_value(connection: psycopg.Connection, query: LiteralString) -> Any:
    """Ask for one value."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def store_of(settings: LaunchSettings) -> Store:
    """Return the folder of this installation's backups."""
    return Store(settings.backups)


@contextmanager
def open_source(settings: LaunchSettings) -> Generator[Source]:
    """Yield the server of this installation; our own is started if it does not run."""
    if settings.administrator_url:
        yield _external(settings.administrator_url, settings.patience)
        return
    if settings.owner_url or settings.app_url:
        raise AdministratorUnknown
    with open_database(settings) as database:
        assert database.server is not None
        yield _embedded(database.server, settings.patience)


@contextmanager
def source_if_alive(settings: LaunchSettings) -> Generator[Source | None]:
    """Yield the server if it answers; one that is down, or broken, is left as it is."""
    if settings.administrator_url:
        source = _external(settings.administrator_url, settings.patience)
        yield source if _answers(source) else None
    elif pg_wal_of(settings) and live_postmaster(layout_of(settings.data / "postgres")):
        with open_source(settings) as source:
            yield source
    else:
        yield None


def pg_wal_of(settings: LaunchSettings) -> Path | None:
    """Return where our own server keeps WAL that it has not handed over yet, if it exists."""
    if settings.administrator_url or settings.owner_url:
        return None
    folder = settings.data / "postgres" / "cluster" / "pg_wal"
    return folder if folder.exists() else None


def _embedded(server: EmbeddedPostgres, patience: float) -> Source:
    return Source(server.dsn(), server.programs, str(server.home), server, patience)


def _external(url: str, patience: float) -> Source:
    known = conninfo_to_dict(url)
    password = known.pop("password", None)
    environment = {"PGPASSWORD": str(password)} if password else {}
    known.setdefault("dbname", "postgres")
    name = f"{known.get('host', '')}:{known.get('port', '')}"
    return Source(make_conninfo("", **known), bundled_binaries(), name, None, patience, environment)


def _answers(source: Source) -> bool:
    dsn = make_conninfo(
        source.dsn,
        password=source.environment.get("PGPASSWORD"),
        connect_timeout=_SOON_SECONDS,
    )
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True
