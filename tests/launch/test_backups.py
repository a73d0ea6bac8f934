"""Backups of both kinds of server, and what stands in their way."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from launch.access import open_database
from launch.backup import Store, follow, prune, restore, take
from launch.backup.errors import (
    AdministratorUnknown,
    BackupBroken,
    CopyRefused,
    FolderTaken,
    InstantNotReached,
    InstantUnclear,
    NoBackup,
    StoreOfAnother,
    WalMissing,
)
from launch.backup.restoring import instant_of
from launch.backup.source import open_source
from launch.backup.store import segments_from
from launch.postgres import (
    EmbeddedPostgres,
    bundled_binaries,
    installed_binaries,
    throwaway_postgres,
)
from launch.postgres.archive import choose_archive
from launch.postgres.layout import layout_of
from launch.settings import LaunchSettings

pytestmark = pytest.mark.xdist_group("backup")


def launch(data: Path, **variables: str) -> LaunchSettings:
    return LaunchSettings.read({"TRIBUTARY_DATA": str(data), **variables})


def numbers_in(dsn):
    with psycopg.connect(dsn) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM noted ORDER BY 1")]


def note(dsn, number) -> datetime:
    """Commit a row; gives an instant after it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS noted (number int)")
        connection.execute("INSERT INTO noted VALUES (%s)", [number])
        return connection.execute("SELECT clock_timestamp()").fetchone()[0]


def switch(dsn) -> str:
    """Begin a new segment of WAL; gives the name of the one that ended."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]


def numbers_of_copy(data, binaries=None):
    with EmbeddedPostgres(data / "postgres", binaries=binaries) as copy:
        return numbers_in(copy.dsn())


@pytest.fixture
def settings(home):
    data = home / "data"
    (data / "backups").mkdir(parents=True)
    choose_archive(layout_of(data / "postgres"), data / "backups" / "wal")
    return launch(data)


@pytest.fixture
def dsn(settings):
    with open_database(settings) as opened:
        yield opened.server.dsn()


def test_any_instant_since_a_backup_comes_back_and_the_original_stays(settings, dsn, home):
    note(dsn, 1)
    first = take(settings)
    wanted = note(dsn, 2)
    note(dsn, 3)
    second = take(settings)
    later = note(dsn, 4)
    note(dsn, 5)

    assert restore(settings, wanted, home / "wanted") == first
    assert restore(settings, later, home / "later") == second
    assert numbers_of_copy(home / "wanted") == [1, 2]
    assert numbers_of_copy(home / "later") == [1, 2, 3, 4]
    assert numbers_in(dsn) == [1, 2, 3, 4, 5]
    assert prune(settings, 1) == [first]
    assert restore(settings, None, home / "all") == second
    assert numbers_of_copy(home / "all") == [1, 2, 3, 4, 5]


def test_copy_of_a_stopped_server_has_what_it_had_not_handed_over(settings, home):
    with open_database(settings) as opened:
        take(settings)
        note(opened.server.dsn(), 1)

    restore(settings, None, home / "all")

    assert numbers_of_copy(home / "all") == [1]


def test_copy_hands_nothing_over_into_the_archive_of_the_original(settings, dsn, home):
    take(settings)
    restore(settings, None, home / "copy")
    before = [path.name for path in Store(settings.backups).segments()]

    with EmbeddedPostgres(home / "copy" / "postgres") as copy:
        assert copy.archive is None
        note(copy.dsn(), 1)
        with psycopg.connect(copy.dsn(), autocommit=True) as connection:
            connection.execute("SELECT pg_switch_wal()")

    assert [path.name for path in Store(settings.backups).segments()] == before


def test_what_stands_in_the_way_of_a_restore_is_told_and_leaves_nothing(settings, home):
    with open_database(settings) as opened:
        base = take(settings)
        note(opened.server.dsn(), 1)
    into = home / "copy"
    long_ago = base.finished - timedelta(days=1)

    with pytest.raises(NoBackup, match="no backup that was finished before"):
        restore(settings, long_ago, into)
    with pytest.raises(InstantNotReached, match="Name an earlier instant"):
        restore(settings, datetime.now(UTC), into)
    with pytest.raises(FolderTaken):
        restore(settings, None, home)
    victim = next((Store(settings.backups).place(base.name) / "cluster" / "base").glob("*/1259"))
    victim.write_bytes(b"x" + victim.read_bytes()[1:])
    with pytest.raises(BackupBroken, match="1259"):
        restore(settings, None, into)

    assert not into.exists()


def test_restore_that_was_killed_leaves_no_copy_and_may_be_repeated(settings, dsn, home):
    note(dsn, 1)
    take(settings)
    leftover = home / "copy.unfinished" / "postgres" / "cluster"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18")

    restore(settings, None, home / "copy")

    assert numbers_of_copy(home / "copy") == [1]
    assert not leftover.exists()


@pytest.mark.parametrize("text", ["yesterday", "2026-01-01T00:00:00", "9026-01-01T00:00:00Z"])
def test_instant_that_is_unclear_or_to_come_is_refused(text):
    with pytest.raises(InstantUnclear, match="offset from UTC"):
        instant_of(text)


@pytest.mark.parametrize(
    "binaries", [bundled_binaries(), *installed_binaries()], ids=lambda it: it.directory.parent.name
)
def test_external_server_is_followed_and_restored(home, binaries):
    with throwaway_postgres(binaries=binaries) as external:
        settings = launch(home / "data", TRIBUTARY_DATABASE_URL=external.dsn())
        note(external.dsn(), 1)
        process = follow(settings, home / "follower.log")
        process.start()
        try:
            take(settings)
            wanted = note(external.dsn(), 2)
            note(external.dsn(), 3)
            restore(settings, wanted, home / "copy")
        finally:
            process.stop()

    restore(settings, None, home / "all")

    assert numbers_of_copy(home / "copy", binaries) == [1, 2]
    assert numbers_of_copy(home / "all", binaries) == [1, 2, 3]


def test_wal_is_kept_for_a_follower_that_comes_late(home):
    with throwaway_postgres() as external:
        settings = launch(home / "data", TRIBUTARY_DATABASE_URL=external.dsn())
        process = follow(settings, home / "follower.log")
        take(settings)
        note(external.dsn(), 1)
        switch(external.dsn())
        note(external.dsn(), 2)
        process.start()
        try:
            restore(settings, None, home / "copy")
        finally:
            process.stop()

    assert numbers_of_copy(home / "copy") == [1, 2]


def test_restore_says_when_a_segment_is_missing_in_between(settings, dsn, home):
    take(settings)
    note(dsn, 1)
    missing, _ = switch(dsn), note(dsn, 2)
    switch(dsn)
    take(settings)
    store = Store(settings.backups)
    next(path for path in store.segments() if path.name.startswith(missing)).unlink()
    (store.wal / f"{missing}.00000028.backup").write_text("of a copy that began in it")
    newest = store.bases()[-1]

    assert store.first_missing(newest) is None
    shutil.rmtree(store.place(newest.name))
    with pytest.raises(WalMissing, match=missing):
        restore(settings, None, home / "copy")

    assert not (home / "copy").exists()


@pytest.mark.parametrize(
    ("megabytes", "last", "next_one"),
    [(16, "000000FF", "0000000200000000"), (1024, "00000003", "0000000200000000")],
)
def test_segments_follow_each_other_by_the_size_that_the_server_has(megabytes, last, next_one):
    names = segments_from(f"0000000100000001{last}", megabytes * 1024 * 1024)

    assert [next(names), next(names)] == [f"0000000100000001{last}", f"00000001{next_one}"]


def test_external_server_that_refuses_replication_says_what_it_needs(home):
    with throwaway_postgres() as external:
        with psycopg.connect(external.dsn(), autocommit=True) as connection:
            connection.execute("CREATE ROLE weak LOGIN PASSWORD 'never-told'")
        settings = launch(home / "data", TRIBUTARY_DATABASE_URL=external.dsn(user="weak"))

        with pytest.raises(CopyRefused, match="REPLICATION") as refused:
            take(settings)

        assert "never-told" not in str(refused.value)
        assert Store(settings.backups).bases() == []


def test_two_databases_never_share_a_folder_of_backups(settings, home):
    with open_database(settings):
        take(settings)
    other = launch(home / "other", TRIBUTARY_BACKUPS=str(settings.backups))

    with open_database(other), pytest.raises(StoreOfAnother, match="TRIBUTARY_BACKUPS"):
        take(other)


def test_addresses_of_weak_roles_are_not_enough(home):
    weak = "postgresql://db/x"
    settings = launch(home, TRIBUTARY_OWNER_URL=weak, TRIBUTARY_APP_URL=weak)

    with pytest.raises(AdministratorUnknown, match="TRIBUTARY_DATABASE_URL"), open_source(settings):
        pass
