from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from launch.access import AddressMissing, open_app_address, open_database
from launch.database import APP, OWNER, RolePasswordUnknown, RoleTooPowerful, bootstrap
from launch.postgres import EmbeddedPostgres, throwaway_postgres
from launch.settings import LaunchSettings, SettingInvalid

SCRAM = "local all postgres trust\nlocal all all scram-sha-256\n"


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    with throwaway_postgres() as started:
        yield started


def asking_for_passwords(server: EmbeddedPostgres) -> None:
    """Make the server behave as an external one towards all but its administrator."""
    (server.log.parent / "cluster" / "pg_hba.conf").write_text(SCRAM)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")


def execute(dsn: str, statement: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def launch(data: Path, **variables: str) -> LaunchSettings:
    return LaunchSettings.read({"TRIBUTARY_DATA": str(data), **variables})


def test_bootstrap_may_be_repeated(server: EmbeddedPostgres) -> None:
    first = bootstrap(server.dsn())
    execute(first.owner_dsn, "CREATE TABLE kept AS SELECT 42 AS number")

    second = bootstrap(server.dsn())

    assert second == first
    assert execute(second.owner_dsn, "SELECT number FROM kept") == 42


def test_concurrent_bootstraps_agree(server: EmbeddedPostgres) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = set(pool.map(bootstrap, [server.dsn()] * 4))

    assert len(results) == 1


def test_app_role_owns_nothing_and_cannot_create(server: EmbeddedPostgres) -> None:
    access = bootstrap(server.dsn())

    assert execute(access.app_dsn, "SELECT current_user") == APP
    assert execute(access.owner_dsn, "SELECT current_user") == OWNER
    for forbidden in ("CREATE TABLE mine ()", "CREATE TEMP TABLE mine ()", "CREATE SCHEMA mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            execute(access.app_dsn, forbidden)


def test_text_sorts_by_code_point_and_knows_case(server: EmbeddedPostgres) -> None:
    access = bootstrap(server.dsn())

    assert execute(access.app_dsn, "SELECT 'B' < 'a'") is True
    assert execute(access.app_dsn, "SELECT lower('ÄÇ')") == "äç"


def test_address_serves_sqlalchemy_too(server: EmbeddedPostgres) -> None:
    engine = sqlalchemy.create_engine(bootstrap(server.dsn()).app_dsn)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT current_database()").scalar() == "tributary"
    engine.dispose()


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS"])
def test_role_that_passes_row_level_security_is_refused(
    server: EmbeddedPostgres, power: str
) -> None:
    execute(server.dsn(), f"CREATE ROLE {APP} LOGIN {power}")

    with pytest.raises(RoleTooPowerful, match=APP):
        bootstrap(server.dsn())


def test_external_server_gets_passwords_that_are_kept(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    settings = launch(tmp_path, TRIBUTARY_DATABASE_URL=server.dsn())
    asking_for_passwords(server)

    with open_database(settings) as first, open_database(settings) as second:
        assert first == second
        assert first.server is None
        assert execute(first.access.app_dsn, "SELECT current_user") == APP

    stored = "SELECT rolpassword FROM pg_authid WHERE rolname = 'tributary_app'"
    assert str(execute(server.dsn(), stored)).startswith("SCRAM-SHA-256$")
    assert (tmp_path / "database-passwords.json").stat().st_mode & 0o777 == 0o600


def test_other_machine_must_bring_the_passwords(server: EmbeddedPostgres, tmp_path: Path) -> None:
    with open_database(launch(tmp_path / "first", TRIBUTARY_DATABASE_URL=server.dsn())):
        pass

    with (
        pytest.raises(RolePasswordUnknown, match=r"database-passwords\.json"),
        open_database(launch(tmp_path / "second", TRIBUTARY_DATABASE_URL=server.dsn())),
    ):
        pass

    assert not (tmp_path / "second" / "database-passwords.json").exists()


def test_administrator_need_not_be_superuser(server: EmbeddedPostgres) -> None:
    execute(server.dsn(), "CREATE ROLE administrator LOGIN CREATEROLE CREATEDB")

    bootstrap(server.dsn(user="administrator"))
    access = bootstrap(server.dsn(user="administrator"))

    execute(access.owner_dsn, "CREATE TABLE mine ()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(access.app_dsn, "SELECT * FROM mine")


def test_given_addresses_need_no_administrator(tmp_path: Path) -> None:
    address = "postgres://app@db/tributary"
    with open_app_address(launch(tmp_path, TRIBUTARY_APP_URL=address)) as app_dsn:
        assert app_dsn == "postgresql://app@db/tributary"
    settings = launch(tmp_path, TRIBUTARY_APP_URL=address)

    with pytest.raises(AddressMissing, match="TRIBUTARY_OWNER_URL"), open_database(settings):
        pass


def test_setting_that_is_no_number_is_named() -> None:
    with pytest.raises(SettingInvalid, match="TRIBUTARY_PORT is 'eighty'"):
        LaunchSettings.read({"TRIBUTARY_PORT": "eighty"})
