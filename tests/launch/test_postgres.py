import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from launch.postgres import (
    Binaries,
    EmbeddedPostgres,
    bundled_binaries,
    installed_binaries,
    throwaway_postgres,
)
from launch.postgres.errors import BinariesBroken, ClusterIncompatible, ClusterMissing, StartFailed
from tests.support.patience import becomes

OWNER_SCRIPT = """
import sys, time
from pathlib import Path
from launch.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    print(server.pid, flush=True)
    time.sleep(600)
"""


def answer(server: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def run(server: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(statement)


def vanishes(pid: int) -> bool:
    return becomes(lambda: not Path(f"/proc/{pid}").exists() or is_zombie(pid))


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def acknowledged_until_killed(server: EmbeddedPostgres, rows: int) -> int:
    """Insert until the server is killed in the middle; count only what it confirmed."""
    acknowledged = 0
    pid = server.pid
    assert pid is not None
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        try:
            for number in range(rows * 2):
                if number == rows:
                    os.kill(pid, signal.SIGKILL)
                connection.execute("INSERT INTO kept VALUES (%s)", [number])
                acknowledged += 1
        except psycopg.OperationalError:
            return acknowledged
    return acknowledged


def test_server_answers_and_ends(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        pid = server.pid
        assert pid is not None
        assert server.is_owner
        assert server.is_alive
        assert answer(server, "SHOW listen_addresses") == ""
        assert answer(server, "SHOW fsync") == "on"

    assert not server.is_alive
    assert vanishes(pid)


def test_rows_and_sort_order_outlive_a_restart(home: Path) -> None:
    with EmbeddedPostgres(home, settings={"work_mem": "7MB"}) as server:
        run(server, "CREATE TABLE kept AS SELECT lower('ÄÇ') AS word")
        assert answer(server, "SHOW work_mem") == "7MB"

    with EmbeddedPostgres(home) as server:
        assert answer(server, "SELECT word FROM kept") == "äç"
        assert answer(server, "SHOW work_mem") == "4MB"


def test_socket_directory_is_closed_to_others(home: Path) -> None:
    with EmbeddedPostgres(home, throwaway=True) as server:
        directory = Path(str(answer(server, "SHOW unix_socket_directories")))

        assert directory.stat().st_mode & 0o777 == 0o700


def test_killed_server_keeps_acknowledged_rows(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        run(server, "CREATE TABLE kept (number int)")
        pid = server.pid
        assert pid is not None
        acknowledged = acknowledged_until_killed(server, rows=500)
        # A client can see its connection break before the kernel has finished ending the server.
        assert vanishes(pid)
        assert not server.is_alive

        server.restart()

        assert acknowledged >= 500
        assert answer(server, "SELECT count(*) FROM kept") in {acknowledged, acknowledged + 1}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_killed_owner_leaves_no_server_and_its_data(home: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER_SCRIPT, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    with EmbeddedPostgres(home) as guest:
        run(guest, "CREATE TABLE kept AS SELECT 42 AS number")

    owner.kill()
    owner.communicate()

    assert vanishes(pid)
    with EmbeddedPostgres(home) as server:
        assert answer(server, "SELECT number FROM kept") == 42


def test_second_process_joins_and_leaves_the_server_running(home: Path) -> None:
    with EmbeddedPostgres(home, throwaway=True) as owner:
        with EmbeddedPostgres(home, throwaway=True) as guest:
            assert not guest.is_owner
            assert guest.pid == owner.pid

        assert owner.is_alive
        assert answer(owner, "SELECT 1") == 1


def test_server_without_supervisor_is_taken_over(home: Path) -> None:
    with EmbeddedPostgres(home, throwaway=True) as abandoned:
        run(abandoned, "CREATE TABLE kept AS SELECT 42 AS number")
        pid = abandoned.pid
        assert pid is not None
        abandoned._ownership.release()  # noqa: SLF001 - as if its supervisor had vanished

        with EmbeddedPostgres(home) as server:
            assert server.is_owner
            assert server.pid != pid
            assert answer(server, "SELECT number FROM kept") == 42


def test_recorded_pid_of_a_stranger_is_left_alone(home: Path) -> None:
    with EmbeddedPostgres(home):
        pass
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        try:
            (home / "cluster" / "postmaster.pid").write_text(f"{stranger.pid}\n")

            with EmbeddedPostgres(home) as server:
                assert answer(server, "SELECT 1") == 1

            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_long_directory_gets_a_short_socket(home: Path) -> None:
    long = home / ("long" * 20) / ("longer" * 20)
    with EmbeddedPostgres(long, throwaway=True) as server:
        socket = str(answer(server, "SHOW unix_socket_directories"))
        assert answer(server, "SELECT 1") == 1

    assert str(long) not in socket
    assert len(socket) < 50
    assert not Path(socket).exists()


def test_interrupted_creation_is_begun_again(home: Path) -> None:
    unfinished = home / "cluster.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    with EmbeddedPostgres(home, throwaway=True) as server:
        assert answer(server, "SELECT 1") == 1

    assert not unfinished.exists()


def test_wrong_setting_is_told_with_the_servers_words(home: Path) -> None:
    server = EmbeddedPostgres(home, throwaway=True, settings={"no_such_setting": "on"})

    with pytest.raises(StartFailed, match="no_such_setting"):
        server.start()

    assert not server.is_owner


def test_data_of_another_major_is_refused(home: Path) -> None:
    with EmbeddedPostgres(home, throwaway=True):
        pass
    (home / "cluster" / "PG_VERSION").write_text("14\n")

    with pytest.raises(ClusterIncompatible, match="PostgreSQL 14"):
        EmbeddedPostgres(home, throwaway=True).start()


def test_vanished_relocated_cluster_is_not_replaced_silently(tmp_path: Path) -> None:
    link = tmp_path / "postgres"
    link.symlink_to(tmp_path / "gone")

    with pytest.raises(ClusterMissing, match="gone"):
        EmbeddedPostgres(link)


def test_programs_that_do_not_run_are_told(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BinariesBroken, match="does not run here"):
        EmbeddedPostgres(home, binaries=Binaries(tmp_path)).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends another account")
def test_root_moves_what_the_lent_account_cannot_reach(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    data = tmp_path / "postgres"
    with EmbeddedPostgres(data, throwaway=True) as server:
        assert answer(server, "SELECT 1") == 1

    home = data.resolve()

    assert data.is_symlink()
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends another account")
def test_root_copies_programs_that_the_lent_account_cannot_reach(
    home: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    bundled = bundled_binaries()
    moved = tuple(tmp_path / part.name for part in bundled.bundle)
    for source, target in zip(bundled.bundle, moved, strict=True):
        shutil.copytree(source, target, symlinks=True)
    unreachable = Binaries(moved[0] / "pginstall" / "bin", moved)

    with EmbeddedPostgres(home, throwaway=True, binaries=unreachable) as server:
        copy = server._binaries.directory  # noqa: SLF001 - where they were copied to
        assert answer(server, "SELECT 1") == 1

    assert not copy.is_relative_to(tmp_path)
    shutil.rmtree(copy.parents[2])


def test_throwaway_server_leaves_nothing() -> None:
    with throwaway_postgres() as server:
        home = server.log.parent
        assert answer(server, "SHOW fsync") == "off"

    assert not home.exists()


def test_installed_versions_run_under_the_same_supervisor() -> None:
    found = installed_binaries()
    if not found:
        pytest.skip("no PostgreSQL is installed in the system")
    for binaries in found:
        with throwaway_postgres(binaries=binaries) as server:
            assert server.version().split(".")[0] == binaries.directory.parent.name
            assert answer(server, "SELECT lower('ÄÇ')") == "äç"
