"""How the walls are taken down one by one, for tests to see whether the next one stands."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg
from psycopg import RawCursor
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Literal
from sqlalchemy import Engine, event

from app.db import database
from app.db.tables import tenant_tables

_NAMED = re.compile(r'(?:"?\w+"?\.)*tenant_id = (\$\d+|%\(\w+\)s)(::UUID)?', re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TABLES = re.compile(rf"(?<!platform\.)\b({'|'.join(map(re.escape, tenant_tables()))})\b")
_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM) (?!platform\.)", re.IGNORECASE)
_OF_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")
_EACH = 3
_ANY = "AS uuid) IS NOT NULL"


@dataclass
class Lifted:
    """How many statements would have named their tenant, and did not."""

    statements: int = 0


@contextmanager
def without_criterion() -> Iterator[Lifted]:
    """Let no ORM statement of this process name its tenant, as if we had forgotten to."""
    session, name_the_tenant = database._Tenanted, database._name_the_tenant  # noqa: SLF001
    lifted = Lifted()

    def count(state: Any) -> None:
        lifted.statements += state.is_orm_statement

    event.remove(session, "do_orm_execute", name_the_tenant)
    event.listen(session, "do_orm_execute", count)
    try:
        yield lifted
    finally:
        event.remove(session, "do_orm_execute", count)
        event.listen(session, "do_orm_execute", name_the_tenant)


@dataclass(frozen=True)
class Statement:
    """What was sent to the database, and the values with it: by name, or in order."""

    text: str
    values: Mapping[str, Any] | Sequence[Any] | None

    @property
    def is_of_tenants(self) -> bool:
        """Whether it touches tables under row-level security; those of the platform have none."""
        return bool(_TABLES.search(self.text)) and not self.text.startswith(_OF_TRANSACTIONS)

    @property
    def names_tenant(self) -> bool:
        return "tenant_id" in self.text and _ANY not in self.text

    @property
    def writes(self) -> bool:
        return bool(_WRITES.search(self.text))


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Note what is sent to tables of tenants, each text with a few of its values."""
    sent: list[Statement] = []
    times: dict[str, int] = {}

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_: Any) -> None:
        statement = Statement(text, values[0] if _is_many(values) else values)
        if statement.is_of_tenants and times.setdefault(text, 0) < _EACH:
            times[text] += 1
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def unnamed(statement: Statement) -> Statement:
    """Take the tenant out of the conditions: any tenant will do."""
    return replace(statement, text=_NAMED.sub(rf"CAST(\1 {_ANY}", statement.text))


@dataclass
class Replay:
    """What came of statements: how many told something of theirs, which may not, were forbidden."""

    told: int = 0
    forbidden: int = 0
    leaks: list[str] = field(default_factory=list)


def replayed(
    dsn: str, tenant_id: UUID, statements: Iterable[Statement], theirs: frozenset[str]
) -> Replay:
    """Send statements again as the application's role standing in a tenant; nothing stays.

    A leak is a row that tells something of `theirs` besides what the statement itself was given,
    or a write that is not forbidden and touches a row.
    """
    replay = Replay()
    with psycopg.connect(dsn) as plain, psycopg.connect(dsn, cursor_factory=RawCursor) as raw:
        for statement in statements:
            connection = plain if isinstance(statement.values, Mapping) else raw
            connection.execute(
                SQL("SET LOCAL app.tenant_id = {}").format(Literal(str(tenant_id))).as_string()
            )
            _replay(connection, statement, theirs, replay)
            connection.rollback()
    return replay


def _replay(
    connection: psycopg.Connection[Any],
    statement: Statement,
    theirs: frozenset[str],
    replay: Replay,
) -> None:
    try:
        cursor = connection.execute(statement.text.encode(), statement.values)
    except InsufficientPrivilege:
        replay.forbidden += 1
        return
    except psycopg.errors.IntegrityError:  # It names a row that is not there to be named.
        return
    rows = cursor.fetchall() if cursor.description else []
    given = set(_UUID.findall(str(statement.values)))
    told = bool(theirs & (set(_UUID.findall(str(rows))) - given))
    replay.told += told
    if told or (statement.writes and statement.names_tenant and cursor.rowcount > 0):
        replay.leaks.append(statement.text)


def _is_many(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and isinstance(values[0], Mapping)
