"""What an installation's database tells of itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg

from app.db.schema_revision import own_revisions
from launch.access import open_app_address
from launch.database import OLDEST_MAJOR
from launch.doctor.finding import Finding, care, fault, good
from launch.errors import LaunchError
from launch.settings import LaunchSettings
from workers.clock import Clock
from workers.relay import Relay

CLOCKS_APART = timedelta(seconds=2)
LATE = timedelta(minutes=1)
_CONNECT_SECONDS = 5
_LEADERS: Final = {leader.lock: leader.name for leader in (Relay, Clock)}
Connection = psycopg.Connection[tuple[Any, ...]]
_UNGUARDED = """
    SELECT string_agg(c.oid::regclass::text, ', ' ORDER BY c.oid::regclass::text)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
"""
_POWERS = "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
_LED = """
    SELECT objid::bigint FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND granted AND classid = 0 AND datname = current_database()
        AND objid = ANY(%s::bigint[]::oid[])
"""
_JOBS = "SELECT count(*) FILTER (WHERE due_at IS NULL), min(due_at), now() FROM platform.job"


def within(settings: LaunchSettings) -> Iterator[Finding]:
    """Look at the database that the settings name; our own is started for it if it does not run."""
    if _is_unborn(settings):
        remedy = (
            "`tributary demo` makes one with a sample network, `tributary migrate` an empty one."
        )
        yield care("database", f"There is none in {settings.data} yet.", remedy)
        return
    try:
        with (
            open_app_address(settings) as address,
            psycopg.connect(
                address, autocommit=True, connect_timeout=_CONNECT_SECONDS
            ) as connection,
        ):
            for look in (server_of, role_of, schema_of):
                yield (found := look(connection))
                if found.subject == "schema" and found.remedy:
                    return
            for look in (row_security_of, clocks_of, worker_of, jobs_of):
                yield look(connection)
    except LaunchError as failed:
        yield fault("database", failed.text.format_map(vars(failed)), failed.remedy)
    except psycopg.OperationalError as failed:
        remedy = "Check that the server runs and that its address is right: TRIBUTARY_APP_URL."
        yield fault("database", f"It does not answer: {failed}", remedy)


def _is_unborn(settings: LaunchSettings) -> bool:
    given = settings.administrator_url or settings.owner_url or settings.app_url
    return not given and not (settings.data / "postgres" / "cluster").exists()


def server_of(connection: Connection) -> Finding:
    """Look at the server's version."""
    major, minor = divmod(connection.info.server_version, 10_000)
    if major < OLDEST_MAJOR:
        return fault("database", f"PostgreSQL {major}.{minor}.", f"Use {OLDEST_MAJOR} or newer.")
    return good("database", f"PostgreSQL {major}.{minor} answers.")


def role_of(connection: Connection) -> Finding:
    """See that row-level security holds the role that serves requests."""
    name, is_powerful = _row(connection, _POWERS)
    if is_powerful:
        told = f"{name} passes row-level security, so networks would see each other."
        return fault("role", told, f"Run as a superuser: ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS")
    return good("role", f"{name} is held by row-level security.")


def schema_of(connection: Connection) -> Finding:
    """Compare the tables' revision with the newest that this version knows."""
    wanted = own_revisions()
    try:
        found = {name for (name,) in connection.execute("SELECT version_num FROM alembic_version")}
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        return fault("schema", "There are no tables yet.", "Make them: tributary migrate")
    if found == {wanted.newest}:
        return good("schema", f"At revision {wanted.newest}, as this version wants it.")
    if found <= wanted.known:
        told = f"At revision {', '.join(sorted(found))}; this version wants {wanted.newest}."
        return fault("schema", told, "Bring it up to date: tributary migrate")
    told = f"At revision {', '.join(sorted(found))}, of a newer version than this."
    return care("schema", told, "Run that version, unless it is being rolled out just now.")


def row_security_of(connection: Connection) -> Finding:
    """See that no table of the networks was left without row-level security."""
    (unguarded,) = _row(connection, _UNGUARDED)
    if unguarded:
        told = f"Tables without row-level security: {unguarded}"
        remedy = "Somebody switched it off: ALTER TABLE … ENABLE and FORCE ROW LEVEL SECURITY."
        return fault("row security", told, remedy)
    return good("row security", "The database keeps networks apart in every table.")


def clocks_of(connection: Connection) -> Finding:
    """Compare this machine's clock with the database's."""
    before = datetime.now(UTC)
    (theirs,) = _row(connection, "SELECT clock_timestamp()")
    after = datetime.now(UTC)
    apart = max(before - theirs, theirs - after, timedelta(0))
    told = f"This machine and the database are {apart.total_seconds():.1f} s apart."
    if apart > CLOCKS_APART:
        return care("clocks", told, "Let both follow a time server (NTP).")
    return good("clocks", told)


def worker_of(connection: Connection) -> Finding:
    """See that some worker leads relay and clock."""
    led = {number for (number,) in connection.execute(_LED, [list(_LEADERS)])}
    missing = [name for number, name in _LEADERS.items() if number not in led]
    if missing:
        told = f"Nobody leads the {' and the '.join(missing)}: no worker runs."
        remedy = (
            "Start one: tributary worker. Until then nobody is notified, and nothing falls due."
        )
        return care("worker", told, remedy)
    return good("worker", "Relay and clock are led.")


def jobs_of(connection: Connection) -> Finding:
    """Look for jobs that died, or that nobody takes."""
    dead, due, now = _row(connection, _JOBS)
    if dead:
        remedy = "See why: tributary jobs dead list; then replay or drop them."
        return care("jobs", f"{dead:,} have failed for good.", remedy)
    if due is not None and now - due > LATE:
        told = f"The oldest has been due for {(now - due).total_seconds():,.0f} s."
        return care("jobs", told, "Start workers, or more of them: TRIBUTARY_WORKER_PROCESSES.")
    return good("jobs", "None is late, none has failed for good.")


def _row(connection: Connection, statement: str) -> tuple[Any, ...]:
    row = connection.execute(statement.encode()).fetchone()
    return row or ()
