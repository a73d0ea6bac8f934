"""Runs migrations, one transaction each, one runner at a time, never waiting long for a lock."""

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import Connection

from app import tables
from app.db.tables import PLATFORM_SCHEMA

LOCK_KEY = 7_402_118
LOCK_TIMEOUT_MS = 4_000
STATEMENT_TIMEOUT_MS = 60_000


def _url() -> str:
    url = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True)["url"]
    return f"postgresql+psycopg://{url.partition('://')[2]}"


def _belongs_to_us(name: str | None, kind: str, parents: object) -> bool:
    del parents
    return name in {None, PLATFORM_SCHEMA} if kind == "schema" else True


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        include_schemas=True,
        include_name=_belongs_to_us,
        transaction_per_migration=True,
        compare_type=True,
        render_item=_render,
    )
    with context.begin_transaction():
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_KEY})"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'"))
        connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT_MS}ms'"))
        context.run_migrations()


def _render(kind: str, item: object, autogen: AutogenContext) -> str | bool:
    del kind, item, autogen
    return False


engine = create_engine(_url(), poolclass=NullPool)
with engine.connect() as connection:
    _run(connection)
engine.dispose()
