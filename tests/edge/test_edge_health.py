"""Two probes: the process lives, and requests may be sent to it."""

from dataclasses import replace

import pytest

from app.db.database import Database
from app.db.schema_revision import Revisions, own_revisions
from app.edge.drain import Drain
from app.edge.health import Health
from launch.migrations import migration_config
from tests.support.served import served


@pytest.fixture
async def away(access):
    database = Database(access.app_dsn.rsplit("/", 1)[0] + "/nowhere", pool_size=1)
    yield database
    await database.close()


async def test_a_server_that_can_serve_says_so(http):
    for path in ("/healthz", "/readyz"):
        answer = await http.get(path)

        assert (answer.status_code, answer.text) == (200, "ok")


async def test_without_its_database_a_server_lives_and_is_not_ready(away):
    health = Health(away, own_revisions(), Drain())

    assert (await health.alive(None)).status_code == 200
    answer = await health.ready(None)
    assert answer.status_code == 503
    assert answer.body == b'{"ready":false,"because":"database"}'


@pytest.mark.parametrize(
    ("newest", "known", "status"),
    [
        ("9999", {"9999"}, 200),  # What the schema has is of newer code: it was led further.
        ("9999", {"9999", *own_revisions().known}, 503),  # The schema is behind.
    ],
)
async def test_a_schema_that_is_behind_makes_a_server_not_ready(database, newest, known, status):
    health = Health(database, Revisions(newest, frozenset(known)), Drain())

    assert (await health.ready(None)).status_code == status


async def test_a_server_that_is_to_be_replaced_turns_requests_away(settings, tmp_path):
    drain_file = tmp_path / "drain"
    async with served(replace(settings, drain_file=drain_file)) as http:
        before = await http.get("/readyz")
        drain_file.touch()
        draining = await http.get("/readyz")
        alive = await http.get("/healthz")

    assert before.status_code == 200
    assert (draining.status_code, draining.json()["because"]) == (503, "draining")
    assert alive.status_code == 200


def test_the_newest_revision_is_the_one_alembic_finds():
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # only here

    scripts = ScriptDirectory.from_config(migration_config(""))

    assert own_revisions().newest == scripts.get_current_head()
    assert own_revisions().known == {script.revision for script in scripts.walk_revisions()}
