"""Take a network away for good, and prove it: counted as it goes, and by the catalogue at last."""

import hashlib
import json
import time
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier, Literal
from psycopg.types.json import Jsonb

from app.kernel.ids import new_id
from launch.auditing import NetworkUnknown
from launch.tenants.archive import Network
from launch.tenants.errors import NotConfirmed, RowsLeft, StillWorking
from launch.tenants.parts import WAITING, Part, erased_parts
from launch.tenants.reading import Connection, Told, connect, stand_in

ROWS_A_STEP = 20_000
PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.05
QUEUE = "dramatiq.queue"
NOT_REACHED = (
    "backups and write-ahead logs made before, until they expire",
    "archives, files and e-mails that were handed out",
    "logs and traces, which name ids and no content",
)
_JOBS_IN_QUEUE = SQL("FROM dramatiq.queue WHERE message->'args'->>0 = {}")
_ONLY_HERE = SQL(
    "SELECT i.id FROM platform.identity i JOIN platform.tenant_access a ON a.identity_id = i.id"
    " WHERE a.tenant_id = {} AND NOT i.is_system_admin AND NOT EXISTS (SELECT FROM"
    " platform.tenant_access o WHERE o.identity_id = i.id AND o.tenant_id <> a.tenant_id)"
    " ORDER BY i.id FOR UPDATE OF i"
)
_THEIRS = MappingProxyType(
    {
        "platform.refresh_token": SQL(
            "DELETE FROM platform.refresh_token WHERE session_id IN"
            " (SELECT id FROM platform.sign_in_session WHERE identity_id = ANY(%s))"
        ),
        "platform.recovery_code": SQL(
            "DELETE FROM platform.recovery_code WHERE identity_id = ANY(%s)"
        ),
        "platform.second_factor": SQL(
            "DELETE FROM platform.second_factor WHERE identity_id = ANY(%s)"
        ),
        "platform.sign_in_session": SQL(
            "DELETE FROM platform.sign_in_session WHERE identity_id = ANY(%s)"
        ),
        "platform.identity": SQL("DELETE FROM platform.identity WHERE id = ANY(%s)"),
    }
)
_WAYS_IN = tuple(f"platform.{name}" for name in ("letter", "one_time_token", "refresh_token"))
_REQUEST = "platform.trial_request"
_KEPT = ("platform.tenant_erasure",)


def erase_network(  # noqa: PLR0913  # what is said on the command line
    owner_dsn: str,
    slug: str,
    *,
    confirm: str,
    by: str,
    archive: str | None,
    told: Told,
    patience: float = PATIENCE_SECONDS,
) -> dict[str, Any]:
    """Take away every row of a network and the people who are in no other; return the certificate.

    Nobody works in it from the first step on. Each step commits with its count, so that the same
    call goes on where another was stopped; after the last one it returns the certificate again.
    Raises `NetworkUnknown`, `NotConfirmed`, `StillWorking` and `RowsLeft`.
    """
    if slug != confirm:
        raise NotConfirmed(slug)
    with connect(owner_dsn) as connection:
        network = _suspend(connection, slug, by, archive)
        if network is None:
            return _certificate_of(connection, slug)
        tenant_id = UUID(network.id)
        _remove_jobs(connection, tenant_id)
        _await_earlier(connection, patience)
        for part in erased_parts():
            _remove(connection, part, tenant_id, told)
        _remove_jobs(connection, tenant_id)
        with connection.transaction():
            return _finish(connection, network)


def _suspend(connection: Connection, slug: str, by: str, archive: str | None) -> Network | None:
    """Let nobody in any more and note who began; none when the network was erased before."""
    with connection.transaction():
        found = connection.execute(
            "UPDATE platform.tenant SET status = 'SUSPENDED' WHERE slug = %s"
            " RETURNING id, slug, name, status",
            [slug],
        ).fetchone()
        if found is None:
            return None
        connection.execute(
            "INSERT INTO platform.tenant_erasure"
            " (id, tenant_id, slug, name, erased_by, archive, began_at, removed)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, '{}') ON CONFLICT (tenant_id)"
            " WHERE finished_at IS NULL DO UPDATE"
            " SET archive = coalesce(excluded.archive, platform.tenant_erasure.archive)",
            [new_id(), found[0], found[1], found[2], by, archive, datetime.now(UTC)],
        )
    return Network(*map(str, found))


def _certificate_of(connection: Connection, slug: str) -> dict[str, Any]:
    found = connection.execute(
        "SELECT certificate FROM platform.tenant_erasure WHERE slug = %s AND finished_at IS NOT"
        " NULL ORDER BY finished_at DESC LIMIT 1",
        [slug],
    ).fetchone()
    if found is None:
        raise NetworkUnknown(slug)
    return found[0]


def _remove_jobs(connection: Connection, tenant_id: UUID) -> None:
    """Take away what workers would take up, and ways in; what they hold still is waited for."""
    tenant, removing = Literal(str(tenant_id)), SQL("DELETE FROM {} WHERE tenant_id = {}")
    statements = {
        name: removing.format(Identifier(*name.split(".")), tenant)
        for name in (*WAITING, *_WAYS_IN)
    }
    statements[_REQUEST] = SQL(
        "DELETE FROM platform.trial_request WHERE founded_tenant_id = {}"
    ).format(tenant)
    statements[QUEUE] = SQL("DELETE ") + _JOBS_IN_QUEUE.format(tenant)
    for name, statement in statements.items():
        with connection.transaction():
            _note(connection, tenant_id, name, connection.execute(statement).rowcount)


def _await_earlier(connection: Connection, patience: float) -> None:
    """Wait for every transaction that may have seen the network at work: it could write still."""
    waited_for, ends = _under_way(connection), time.monotonic() + patience
    while left := waited_for & _under_way(connection):
        if time.monotonic() > ends:
            raise StillWorking(len(left))
        time.sleep(_POLL_SECONDS)


def _under_way(connection: Connection) -> set[str]:
    """Return the transactions of this database, as building an index without locks sees them."""
    rows = connection.execute(
        "SELECT l.virtualxid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid()"
        " AND a.datname = current_database()"
    ).fetchall()
    return {str(row[0]) for row in rows}


def _remove(connection: Connection, part: Part, tenant_id: UUID, told: Told) -> None:
    """Take a table's rows away, so many at a time; all at once if they point at each other."""
    statement, removed = _removing(part, tenant_id), 0
    while True:
        with connection.transaction():
            stand_in(connection, tenant_id)
            step = connection.execute(statement).rowcount
            _note(connection, tenant_id, part.name, step)
        removed += step
        told(part.name, removed)
        if step < ROWS_A_STEP or part.refers_to_itself:
            return


def _removing(part: Part, tenant_id: UUID) -> Composed:
    tenant = Literal(str(tenant_id))
    keys = [column.name for column in part.table.primary_key if column.name != "tenant_id"]
    statement = SQL("DELETE FROM {} WHERE tenant_id = {}").format(part.place, tenant)
    if part.refers_to_itself or not keys:
        return statement
    return statement + SQL(
        " AND ({keys}) IN (SELECT {keys} FROM {table} WHERE tenant_id = {tenant} LIMIT {most})"
    ).format(
        keys=SQL(", ").join(map(Identifier, keys)),
        table=part.place,
        tenant=tenant,
        most=Literal(ROWS_A_STEP),
    )


def _note(connection: Connection, tenant_id: UUID, table: str, rows: int) -> None:
    """Add to what was removed, in the transaction that removed it."""
    connection.execute(
        "UPDATE platform.tenant_erasure SET removed = removed || jsonb_build_object(%s::text,"
        " coalesce((removed->>%s)::bigint, 0) + %s) WHERE tenant_id = %s AND finished_at IS NULL",
        [table, table, rows, tenant_id],
    )


def _finish(connection: Connection, network: Network) -> dict[str, Any]:
    """Take away the people and the network's own row; count what is left, and certify it."""
    tenant_id = UUID(network.id)
    stand_in(connection, tenant_id)
    kept = _remove_people(connection, tenant_id)
    left = _left(connection, tenant_id)
    if any(left.values()):
        raise RowsLeft(", ".join(f"{name} ({rows})" for name, rows in left.items() if rows))
    gone = connection.execute("DELETE FROM platform.tenant WHERE id = %s", [tenant_id]).rowcount
    _note(connection, tenant_id, "platform.tenant", gone)
    return _certify(connection, network, left, kept)


def _remove_people(connection: Connection, tenant_id: UUID) -> int:
    """Take away who is in no other network and not the platform's; return how many stay."""
    only_here = connection.execute(_ONLY_HERE.format(Literal(str(tenant_id)))).fetchall()
    people = [key for (key,) in only_here]
    ways_in = connection.execute(
        "DELETE FROM platform.tenant_access WHERE tenant_id = %s", [tenant_id]
    ).rowcount
    _note(connection, tenant_id, "platform.tenant_access", ways_in)
    for name, statement in _THEIRS.items():
        _note(connection, tenant_id, name, connection.execute(statement, [people]).rowcount)
    return ways_in - len(people)


def _left(connection: Connection, tenant_id: UUID) -> dict[str, int]:
    """Count the network's rows in every table that names a tenant, whether we know it or not."""
    named = connection.execute(
        "SELECT c.table_schema, c.table_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE' ORDER BY 1, 2"
    ).fetchall()
    left: dict[str, int] = {}
    for schema, table in named:
        name = table if schema == "public" else f"{schema}.{table}"
        if name not in _KEPT:
            counting = SQL("SELECT count(*) FROM {}.{} WHERE tenant_id = {}")
            left[name] = _number(
                connection,
                counting.format(Identifier(schema), Identifier(table), Literal(str(tenant_id))),
            )
    jobs = SQL("SELECT count(*) ") + _JOBS_IN_QUEUE.format(Literal(str(tenant_id)))
    left[QUEUE] = _number(connection, jobs)
    return left


def _number(connection: Connection, statement: Composed) -> int:
    found = connection.execute(statement).fetchone()
    return 0 if found is None else int(found[0])


def _certify(
    connection: Connection, network: Network, left: dict[str, int], kept: int
) -> dict[str, Any]:
    row = connection.execute(
        "SELECT erased_by, archive, began_at, removed FROM platform.tenant_erasure"
        " WHERE tenant_id = %s AND finished_at IS NULL",
        [network.id],
    ).fetchone()
    by, archive, began_at, removed = row or (None, None, None, None)
    finished_at = datetime.now(UTC)
    certificate: dict[str, Any] = {
        "format": "tributary-erasure/1",
        "network": {"id": network.id, "slug": network.slug, "name": network.name},
        "erased_by": by,
        "began_at": str(began_at),
        "finished_at": str(finished_at),
        "archive_sha256": archive,
        "rows_removed": removed,
        "rows_left": left,
        "people_kept": kept,
        "not_reached": list(NOT_REACHED),
    }
    written = json.dumps(certificate, sort_keys=True, ensure_ascii=False).encode()
    certificate["sha256"] = hashlib.sha256(written).hexdigest()
    connection.execute(
        "UPDATE platform.tenant_erasure SET finished_at = %s, certificate = %s"
        " WHERE tenant_id = %s AND finished_at IS NULL",
        [finished_at, Jsonb(certificate), network.id],
    )
    return certificate
