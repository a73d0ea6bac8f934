"""What belongs to a network, from the tables' own description: a new table is covered at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier, Literal
from sqlalchemy import Table, Text

from app.db.tables import PLATFORM_SCHEMA
from app.tables import METADATA

PASSWORD = "password_hash"  # noqa: S105  # the name of a column
WAITING = tuple(
    f"{PLATFORM_SCHEMA}.{name}" for name in ("outbox_signal", "job_choice", "job", "webhook_lane")
)
"""What the workers take up as soon as it is there: it is written last."""

LEFT_OUT = MappingProxyType(
    {
        "network_revision": "names states that processes remember; made anew as rows are written",
        f"{PLATFORM_SCHEMA}.change_mark": "gone before its transaction commits",
        f"{PLATFORM_SCHEMA}.letter": "goes out within days, with links that are good here alone",
        f"{PLATFORM_SCHEMA}.one_time_token": "links in e-mails are good here alone",
        f"{PLATFORM_SCHEMA}.recovery_code": "second factors are set up anew",
        f"{PLATFORM_SCHEMA}.refresh_token": "people sign in anew",
        f"{PLATFORM_SCHEMA}.schedule_run": "the platform's own, of all networks together",
        f"{PLATFORM_SCHEMA}.second_factor": "set up anew: its secret is worked out from this "
        "installation's",
        f"{PLATFORM_SCHEMA}.sign_in_attempts": "counts attempts at this installation",
        f"{PLATFORM_SCHEMA}.sign_in_session": "people sign in anew",
        f"{PLATFORM_SCHEMA}.webhook_tally": "counts all networks together",
        f"{PLATFORM_SCHEMA}.trial_request": "between the platform's staff and whoever asked",
        f"{PLATFORM_SCHEMA}.tenant_erasure": "speaks of what an installation no longer holds",
    }
)
"""Tables that no archive holds, each with the reason."""

_TENANT_S = SQL("SELECT * FROM {table} WHERE tenant_id = {tenant}")
_PLATFORM = MappingProxyType(
    {
        "tenant": SQL("SELECT * FROM {table} WHERE id = {tenant}"),
        "identity": SQL(
            "SELECT * FROM {table} WHERE id IN"
            " (SELECT identity_id FROM platform.tenant_access WHERE tenant_id = {tenant})"
        ),
        "tenant_access": _TENANT_S,
        "outbox_signal": _TENANT_S,
        "job_choice": _TENANT_S,
        "job": _TENANT_S,
        "webhook_lane": _TENANT_S,
    }
)
# An archive makes nobody an administrator of the platform.
_NONE: frozenset[str] = frozenset()
_NEVER = MappingProxyType({"identity": frozenset({"is_system_admin"})})


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that are a network's, in the order of their key."""

    table: Table
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The table as people write it."""
        return self.table.fullname

    @property
    def place(self) -> Composed:
        """The table as statements write it."""
        return SQL("{}.{}").format(Identifier(self.table.schema or "public"), _own(self.table))

    @property
    def refers_to_itself(self) -> bool:
        """Whether a row may point at a later one, so that all must be written at once."""
        return any(key.referred_table is self.table for key in self.table.foreign_key_constraints)

    @property
    def listed(self) -> Composed:
        """The columns, as statements list them."""
        return SQL(", ").join(map(Identifier, self.columns))

    def rows(self, tenant_id: UUID) -> Composed:
        """Return the statement that reads the rows: the same bytes wherever they are the same."""
        chosen = _PLATFORM[self.table.name] if self.table.schema else _TENANT_S
        source = chosen.format(table=self.place, tenant=Literal(str(tenant_id)))
        order = SQL(", ").join(
            SQL('{} COLLATE "C"').format(Identifier(column.name))
            if isinstance(column.type, Text)
            else Identifier(column.name)
            for column in self.table.primary_key
        )
        return SQL("SELECT {} FROM ({}) part ORDER BY {}").format(self.listed, source, order)


def tenant_parts() -> list[Part]:
    """Return the network's own tables under row-level security, parents before children."""
    return [
        _part(table)
        for table in METADATA.sorted_tables
        if not table.schema and table.fullname not in LEFT_OUT
    ]


def all_parts(*, with_passwords: bool) -> list[Part]:
    """Return every table an archive holds, in the order in which rows can be written."""
    without = frozenset[str]() if with_passwords else frozenset({PASSWORD})
    platform = [_part(METADATA.tables[f"{PLATFORM_SCHEMA}.{name}"], without) for name in _PLATFORM]
    waiting = [part for part in platform if part.name in WAITING]
    first = [part for part in platform if part.name not in WAITING]
    return [*first, *tenant_parts(), *waiting]


def erased_parts() -> list[Part]:
    """Return all tables under row-level security, children before parents.

    Those that the database itself writes to as others are emptied come last.
    """
    tables = [table for table in reversed(METADATA.sorted_tables) if not table.schema]
    tables.sort(key=lambda table: table.fullname in LEFT_OUT)
    return [_part(table) for table in tables]


def unaccounted(tables: Iterable[Table] = METADATA.sorted_tables) -> list[str]:
    """Return the tables that are in no archive and have no reason: there must be none."""
    known = {part.name for part in all_parts(with_passwords=True)} | set(LEFT_OUT)
    return [table.fullname for table in tables if table.fullname not in known]


def _part(table: Table, without: frozenset[str] = frozenset()) -> Part:
    never: frozenset[str] = _NEVER.get(table.name, _NONE) if table.schema else _NONE
    columns = [column.name for column in table.columns]
    return Part(table, tuple(name for name in columns if name not in never | without))


def _own(table: Table) -> Identifier:
    return Identifier(table.name)
