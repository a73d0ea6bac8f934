"""`tributary doctor` names what is wrong with an installation, and what mends it."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from typer.testing import CliRunner

from app.kernel.ids import new_id
from launch.backup import Base, Store
from launch.cli import tributary
from launch.doctor import State, database
from launch.doctor.surroundings import around
from launch.settings import LaunchSettings
from tests.support.ports import held_port

runner = CliRunner()


@pytest.fixture
def settings_of(tmp_path) -> Iterator[LaunchSettings]:
    """An installation of nothing yet, at an address where nobody serves."""
    with held_port() as port:
        told = {"TRIBUTARY_DATA": str(tmp_path / "data"), "TRIBUTARY_PORT": str(port)}
        yield LaunchSettings.read(told)


@contextmanager
def owning(access) -> Iterator[psycopg.Connection]:
    """The schema's owner, whose changes nobody else ever sees."""
    with psycopg.connect(access.owner_dsn) as connection:
        yield connection
        connection.rollback()


def found_around(settings: LaunchSettings, subject: str):
    (finding,) = [each for each in around(settings) if each.subject == subject]
    return finding


async def test_what_is_good_is_said_too_and_nothing_is_written(access, settings_of, monkeypatch):
    monkeypatch.setenv("TRIBUTARY_APP_URL", access.app_dsn)
    monkeypatch.setenv("TRIBUTARY_OWNER_URL", access.owner_dsn)
    monkeypatch.setenv("TRIBUTARY_DATA", str(settings_of.data))
    monkeypatch.setenv("TRIBUTARY_PORT", str(settings_of.port))

    said = await asyncio.to_thread(runner.invoke, tributary, ["doctor", "--json"])

    found = {each["subject"]: each for each in json.loads(said.stdout)}
    assert said.exit_code == 0
    good = {"settings", "disk", "mail", "broker", "database", "role", "schema", "row security"}
    assert {name for name in good if found[name]["state"] == "GOOD"} == good
    assert (found["web"]["state"], found["web"]["remedy"]) == ("CARE", "Start it: tributary serve")
    assert not settings_of.data.exists()


def test_without_a_database_it_says_how_to_make_one(settings_of):
    (finding,) = database.within(settings_of)

    assert finding.state is State.CARE
    assert "tributary migrate" in finding.remedy


def test_a_server_that_does_not_answer_is_a_fault(settings_of):
    nobody = f"postgresql://tributary_app@127.0.0.1:{settings_of.port}/tributary"

    (finding,) = database.within(replace(settings_of, app_url=nobody, owner_url=nobody))

    assert finding.state is State.FAULT
    assert "TRIBUTARY_APP_URL" in finding.remedy


def test_a_variable_that_makes_no_sense_is_named(settings_of, monkeypatch):
    monkeypatch.setenv("TRIBUTARY_POOL_SIZE", "many")

    finding = found_around(settings_of, "settings")

    assert finding.state is State.FAULT
    assert "TRIBUTARY_POOL_SIZE: is 'many'" in finding.found


def test_secrets_that_others_may_read_are_a_fault(settings_of):
    settings_of.data.mkdir()
    secret = settings_of.data / "database-passwords.json"
    secret.write_text("{}")
    secret.chmod(0o644)

    finding = found_around(settings_of, "secrets")

    assert finding.state is State.FAULT
    assert finding.remedy == f"Run: chmod 600 {secret}"


def test_what_is_named_and_does_not_answer_is_a_fault(settings_of):
    silent = f"smtp://127.0.0.1:{settings_of.port}"

    finding = found_around(replace(settings_of, smtp_url=silent), "mail")

    assert finding.state is State.FAULT
    assert "TRIBUTARY_SMTP_URL" in finding.remedy


def test_a_stranger_on_our_port_is_a_fault(settings_of):
    def say_hello() -> None:
        with stranger.accept()[0] as caller:
            caller.sendall(b"220 mail\r\n")

    with socket.create_server(("127.0.0.1", 0)) as stranger:
        answering = threading.Thread(target=say_hello)
        answering.start()
        finding = found_around(replace(settings_of, port=stranger.getsockname()[1]), "web")
        answering.join()

    assert finding.state is State.FAULT
    assert "TRIBUTARY_PORT" in finding.remedy


@pytest.mark.parametrize(("age", "state"), [(1, State.GOOD), (3, State.CARE)])
def test_backups_are_told_by_the_age_of_the_newest(settings_of, age, state):
    place = Store(settings_of.backups).place("one")
    place.mkdir(parents=True)
    Base("one", datetime.now(UTC) - timedelta(days=age), 18, "0" * 24, 1).write(place)

    assert found_around(settings_of, "backups").state is state


@pytest.mark.parametrize(
    ("revision", "state", "remedy"),
    [
        ("0003", State.FAULT, "Bring it up to date: tributary migrate"),
        ("9999", State.CARE, "Run that version, unless it is being rolled out just now."),
    ],
)
def test_a_schema_of_another_version_is_told_from_ours(access, revision, state, remedy):
    with owning(access) as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", [revision])
        finding = database.schema_of(connection)

    assert (finding.state, finding.remedy) == (state, remedy)


def test_a_table_without_row_security_is_a_fault(access):
    with owning(access) as connection:
        connection.execute("CREATE TABLE public.unguarded_sample (tenant_id uuid)")
        finding = database.row_security_of(connection)

    assert finding.state is State.FAULT
    assert "unguarded_sample" in finding.found


def test_jobs_that_died_or_are_late_are_told(access):
    key = [new_id(), new_id()]
    with owning(access) as connection:
        connection.execute("DELETE FROM platform.job")
        assert database.jobs_of(connection).state is State.GOOD
        connection.execute(
            "INSERT INTO platform.job (tenant_id, event_id, listener, queue, waits_since, due_at,"
            " sends, starts, failures)"
            " VALUES (%s, %s, 'notify', 'default', now(), now() - interval '1 hour', 0, 0, 0)",
            key,
        )
        late = database.jobs_of(connection)
        connection.execute("UPDATE platform.job SET due_at = NULL")
        dead = database.jobs_of(connection)

    assert (late.state, dead.state) == (State.CARE, State.CARE)
    assert "3,600 s" in late.found
    assert "tributary jobs dead list" in dead.remedy
