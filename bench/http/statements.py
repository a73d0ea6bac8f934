"""How many SQL statements the database is sent, as the database itself counts them."""

import time

from bench.fill import Connection

SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "none",
}
"""With what the server must start; it counts only when it is asked to."""

_HEARD_SECONDS = 0.1
_FRAME = "^(BEGIN|START|COMMIT|ROLLBACK|SET|RESET|SHOW|LISTEN)"
_ALIVE = "SELECT $1"
"""What a connection that only listens asks every few seconds, as the database writes it down."""


class StatementCounter:
    """Counts statements of all connections but its own."""

    def __init__(self, connection: Connection) -> None:
        """Make the database able to count; the connection is an administrator's."""
        self._connection = connection
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def start(self) -> None:
        """Count from here on."""
        self._track(b"top")
        self._connection.execute("SELECT pg_stat_statements_reset()")

    def stop(self) -> int:
        """Return the count, without what begins and ends transactions or only listens."""
        row = self._connection.execute(
            "SELECT coalesce(sum(calls), 0)::int FROM pg_stat_statements "
            "WHERE query !~* %s AND query <> %s AND query NOT ILIKE '%%pg_stat_statements%%' "
            "AND query NOT ILIKE '%%pg_reload_conf%%'",
            [_FRAME, _ALIVE],
        ).fetchone()
        self._track(b"none")
        return row[0] if row else 0

    def _track(self, what: bytes) -> None:
        self._connection.execute(b"ALTER SYSTEM SET pg_stat_statements.track = " + what)
        self._connection.execute("SELECT pg_reload_conf()")
        time.sleep(_HEARD_SECONDS)
