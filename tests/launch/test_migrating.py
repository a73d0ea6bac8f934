"""Migrations while people work: nobody is refused, and what is killed starts again."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic import command

from app.db.schema_revision import own_revisions
from launch.migration_safety import MigrationDangerous, dangers_of
from launch.migrations import PROJECT, TableBusy, check_safety, migrate, migration_config
from launch.postgres import throwaway_postgres
from tests.support.chain import Chain
from tests.support.installation import installed, orders_coming_in
from tests.support.patience import becomes

LOWEST_SERVED = "0059"
"""What came after it goes down and up beside orders; migrating_drill.py goes further."""
HEAD = """
import sqlalchemy as sa
from alembic import op
from migrations import steps
revision, down_revision = {revision!r}, {before!r}
"""
EXPAND = """
def upgrade():
    op.add_column("orders", sa.Column("noted", sa.Integer()))
def downgrade():
    op.drop_column("orders", "noted")
"""
FILL = """
def upgrade():
    steps.create_index("ix_orders_noted", "orders (tenant_id, noted)")
    steps.fill('''UPDATE orders SET noted = revision WHERE id IN
        (SELECT id FROM orders WHERE noted IS NULL AND tenant_id = current_setting('app.tenant_id')
         ::uuid LIMIT 1)''')
def downgrade():
    steps.drop_index("ix_orders_noted")
"""
MIGRATE = """
import sys
from launch.migrations import migrate
from tests.launch.test_migrating import config_with
migrate(sys.argv[1], config=config_with(sys.argv[1], sys.argv[2]))
"""
CHANGE_ONE = """
    UPDATE orders SET revision = revision
    WHERE (tenant_id, id) = (SELECT tenant_id, id FROM orders ORDER BY id LIMIT 1)
"""
COUNT = "SELECT count(*) FILTER (WHERE noted IS NOT NULL), count(*) FROM orders"


def config_with(dsn: str, folder: str):
    """The migrations with more of them behind the newest."""
    config = migration_config(dsn)
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", f"{PROJECT / 'migrations' / 'versions'}:{folder}")
    return config


def written(folder: Path, **bodies: str) -> str:
    """Write migrations one behind the other; gives the folder."""
    folder.mkdir(exist_ok=True)
    before = own_revisions().newest
    for revision, body in bodies.items():
        head = HEAD.format(revision=revision, before=before)
        (folder / f"{revision}.py").write_text(head + body)
        before = revision
    return str(folder)


async def test_expand_and_fill_under_load_refuse_nobody_and_start_again_when_killed(home, settings):
    folder = written(home / "versions", expand=EXPAND)
    async with installed(home, settings) as installation:
        chain = await Chain.create(installation.world)
        await chain.stock(chain.distributor, 100_000)
        buyers = [await installation.world.member(chain.retailer, "BUYER") for _ in range(2)]
        owner = installation.access.owner_dsn
        acknowledged: list[str] = []
        async with orders_coming_in(chain, buyers, acknowledged) as more:
            await more(2)
            await asyncio.to_thread(migrate, owner, config=config_with(owner, folder))
            written(home / "versions", expand=EXPAND, fill=FILL)
            killed = await asyncio.to_thread(_killed_half_way, installation, owner, folder)
            assert killed == -signal.SIGKILL
            config = config_with(owner, folder)
            await asyncio.to_thread(migrate, owner, config=config)
            await more(1)
            filled, _ = _numbers(installation)
            await asyncio.to_thread(command.downgrade, config, own_revisions().newest)
            await more(1)
            await asyncio.to_thread(command.downgrade, config, LOWEST_SERVED)
            await more(1)
            await asyncio.to_thread(migrate, owner, config=config)

        again, everyone = _numbers(installation)

    assert filled >= 2
    assert again <= everyone == len(acknowledged)


def _killed_half_way(installation, owner: str, folder: str) -> int | None:
    """Change a row: the index waits for the change to end, and is killed there."""
    with psycopg.connect(installation.superuser) as holder:
        holder.execute(CHANGE_ONE)
        command_line = [sys.executable, "-c", MIGRATE, owner, folder]
        with subprocess.Popen(command_line, cwd=PROJECT) as migrating:
            assert becomes(lambda: _waits(installation) or migrating.poll() is not None)
            migrating.kill()
        return migrating.returncode


def _waits(installation) -> bool:
    query = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ %s"
    with psycopg.connect(installation.superuser) as connection:
        return connection.execute(query, ["ix_orders_noted ON"]).fetchone() is not None


def _numbers(installation):
    with psycopg.connect(installation.superuser) as connection:
        return connection.execute(COUNT).fetchone()


async def test_table_in_use_is_tried_again_and_then_told(home, settings, monkeypatch):
    monkeypatch.setattr("launch.migrations.PAUSES", (1,))
    folder = written(home / "versions", expand=EXPAND)
    with throwaway_postgres() as server:
        dsn = server.dsn()
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("CREATE ROLE tributary_app")
        migrate(dsn)
        paused, config = list[float](), config_with(dsn, folder)
        config.attributes["lock_timeout_ms"] = 100
        with psycopg.connect(dsn) as holder:
            holder.execute("LOCK TABLE orders IN ACCESS SHARE MODE")
            with pytest.raises(TableBusy, match=r"(?s)2 times.*pg_stat_activity"):
                migrate(dsn, config=config, pause=paused.append)

        migrate(dsn, config=config_with(dsn, folder))

    assert paused == [1]


def test_dangerous_migration_is_refused_unless_it_says_why(tmp_path):
    body = "\ndef upgrade():\n    op.create_index('ix_mine', 'orders', ['id'])\n"
    reason = "\nbecause = {'orders': 'is empty until the next release'}\n"
    with throwaway_postgres() as server:
        dsn = server.dsn()
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("CREATE ROLE tributary_app")
        refused = config_with(dsn, written(tmp_path, mine=body))

        with pytest.raises(MigrationDangerous, match=r"mine: CREATE INDEX ix_mine.*\n.*steps"):
            check_safety(dsn, refused)

        newest = own_revisions().newest
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("UPDATE alembic_version SET version_num = %s", [newest])
            connection.execute("DROP INDEX ix_mine")
        check_safety(dsn, config_with(dsn, written(tmp_path, mine=body + reason)))


@pytest.mark.parametrize(
    ("statement", "remedy"),
    [
        ("CREATE UNIQUE INDEX i ON public.t (a)", "steps.create_index"),
        ("DROP INDEX i", "steps.drop_index"),
        ("ALTER TABLE t ADD COLUMN c int NOT NULL", "give it a default"),
        ("ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid() NOT NULL", "steps.fill"),
        ("ALTER TABLE t ALTER COLUMN c TYPE bigint", "a new column"),
        ('ALTER TABLE "t" ALTER COLUMN c SET NOT NULL', "VALIDATE it before"),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0)", "NOT VALID and VALIDATE"),
        ("ALTER TABLE t ADD CONSTRAINT k UNIQUE (c)", "USING INDEX"),
        ("ALTER TABLE t DROP COLUMN c", "one release after"),
        ("ALTER TABLE t RENAME c TO d", "one release after"),
        ("DROP TABLE t", "one release after"),
        ("LOCK TABLE t", "nobody can work"),
    ],
)
def test_statement_that_stops_others_is_found(statement, remedy):
    (danger,) = dangers_of([statement], {})

    assert remedy in danger
    assert dangers_of([statement], {"t": "has few rows", "i": "its table has few rows"}) == []
    assert dangers_of(["CREATE TABLE t (c int)", statement.replace("DROP INDEX i", "")], {}) == []


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE t ADD COLUMN c int"],
        ["ALTER TABLE t ADD COLUMN c int DEFAULT 0 NOT NULL"],
        ["CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)"],
        ["ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0) NOT VALID"],
        ["ALTER TABLE t VALIDATE CONSTRAINT k", "ALTER TABLE t ALTER COLUMN c SET NOT NULL"],
    ],
)
def test_statement_that_stops_nobody_passes(statements):
    assert dangers_of(statements, {}) == []


def test_steps_that_commit_at_once_stand_alone():
    found = dangers_of(
        ["ALTER TABLE t ADD COLUMN c int", "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c)"], {}
    )

    assert len(found) == 1
    assert "a migration of its own" in found[0]
