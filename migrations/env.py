"""Runs migrations, one transaction each, one runner at a time, never waiting long for a lock."""

import time

from alembic import context
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import Connection

from app import tables
from app.db.tables import PLATFORM_SCHEMA

LOCK_KEY = 7_402_118
LOCK_TIMEOUT_MS = 4_000
STATEMENT_TIMEOUT_MS = 60_000
PAUSE_SECONDS = 0.1


def _url() -> str:
    url = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True)["url"]
    return f"postgresql+psycopg://{url.partition('://')[2]}"


def _belongs_to_us(name: str | None, kind: str, parents: object) -> bool:
    del parents
    return name in {None, PLATFORM_SCHEMA} if kind == "schema" else True


def _run(connection: Connection) -> None:
    _prepare(connection)
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        include_schemas=True,
        include_name=_belongs_to_us,
        transaction_per_migration=True,
        compare_type=True,
        on_version_apply=context.config.attributes.get("on_version_apply"),
    )
    with context.begin_transaction():
        context.run_migrations()


def _prepare(connection: Connection) -> None:
    """Be the only runner.

    The turn is asked for again and again: whoever waits inside a statement holds a snapshot, for
    whose end `CREATE INDEX CONCURRENTLY` of the one whose turn it is would wait in its turn.
    """
    turn = text(f"SELECT pg_try_advisory_lock({LOCK_KEY})")
    while not connection.execute(turn).scalar():
        connection.commit()
        time.sleep(PAUSE_SECONDS)
    connection.commit()


# For the whole session: each migration is a transaction of its own.
LOCK_TIMEOUT = context.config.attributes.get("lock_timeout_ms", LOCK_TIMEOUT_MS)
TIMEOUTS = f"-c lock_timeout={LOCK_TIMEOUT} -c statement_timeout={STATEMENT_TIMEOUT_MS}"
engine = create_engine(_url(), poolclass=NullPool, connect_args={"options": TIMEOUTS})
if watch := context.config.attributes.get("watch"):
    watch(engine)
with engine.connect() as connection:
    _run(connection)
engine.dispose()
