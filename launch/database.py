"""Give a PostgreSQL server the roles and the database that Tributary works with.

`tributary_owner` owns the schema and runs migrations. `tributary_app` serves requests: it owns
nothing and cannot pass row-level security.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, LiteralString
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from launch.errors import LaunchError

OWNER = "tributary_owner"
APP = "tributary_app"
ROLES = (OWNER, APP)
DATABASE = "tributary"
OLDEST_MAJOR = 15
FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17
_BOOTSTRAP_LOCK = 7_412_906
_NO_PASSWORDS: Mapping[str, str] = MappingProxyType({})

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Access:
    """Addresses of the database, one per role."""

    owner_dsn: str = field(repr=False)
    app_dsn: str = field(repr=False)


@dataclass(eq=False)
class ServerTooOld(LaunchError):
    """The external server lacks features that the schema needs."""

    text: ClassVar = "The server runs PostgreSQL {found}."
    remedy: ClassVar = "Tributary needs 15 or newer; upgrade it or use another server."
    found: int


@dataclass(eq=False)
class ServerUnreachable(LaunchError):
    """The external server did not accept the administrator's address."""

    text: ClassVar = "The database server cannot be used: {reason}"
    remedy: ClassVar = "Check TRIBUTARY_DATABASE_URL and that the server accepts connections."
    reason: str


@dataclass(eq=False)
class RoleTooPowerful(LaunchError):
    """A role could pass row-level security, which separates the tenants."""

    text: ClassVar = (
        "The role {role} may bypass row-level security, so tenants would see each other."
    )
    remedy: ClassVar = "Run ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS as a superuser."
    role: str


@dataclass(eq=False)
class RolePasswordUnknown(LaunchError):
    """The role was created from another data directory, whose password this one does not know."""

    text: ClassVar = "The role {role} exists on the server, but its password is not known here."
    remedy: ClassVar = (
        "Copy database-passwords.json from the data directory that created it, or set "
        "TRIBUTARY_OWNER_URL and TRIBUTARY_APP_URL."
    )
    role: str


@dataclass(eq=False)
class RightsMissing(LaunchError):
    """The administrator may not create roles or databases."""

    text: ClassVar = "The database administrator lacks a right: {reason}"
    remedy: ClassVar = (
        "Use an account with CREATEROLE and CREATEDB, or create the roles and set "
        "TRIBUTARY_OWNER_URL and TRIBUTARY_APP_URL."
    )
    reason: str


def bootstrap(
    administrator_dsn: str,
    *,
    passwords: Mapping[str, str] = _NO_PASSWORDS,
    database: str = DATABASE,
) -> Access:
    """Create what is missing; repeating it, also concurrently, changes nothing."""
    try:
        with psycopg.connect(administrator_dsn, autocommit=True) as connection:
            _prepare(connection, passwords, database)
    except psycopg.errors.InsufficientPrivilege as refused:
        raise RightsMissing(str(refused)) from refused
    except psycopg.OperationalError as failure:
        raise ServerUnreachable(str(failure)) from failure
    addresses = (_address(administrator_dsn, role, passwords, database) for role in ROLES)
    return Access(*addresses)


def missing_roles(administrator_dsn: str) -> set[str]:
    """Which of our roles the server does not have yet."""
    try:
        with psycopg.connect(administrator_dsn, autocommit=True) as connection:
            return {role for role in ROLES if not _exists(connection, role)}
    except psycopg.OperationalError as failure:
        raise ServerUnreachable(str(failure)) from failure


def _prepare(connection: Connection, passwords: Mapping[str, str], database: str) -> None:
    if connection.info.server_version < OLDEST_MAJOR * 10_000:
        raise ServerTooOld(connection.info.server_version // 10_000)
    connection.execute("SELECT pg_advisory_lock(%s)", [_BOOTSTRAP_LOCK])
    for role in ROLES:
        _prepare_role(connection, role, passwords.get(role))
    _prepare_database(connection, database)


def _prepare_role(connection: Connection, role: str, password: str | None) -> None:
    if not _exists(connection, role):
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))
    _check_harmless(connection, role)
    if password is not None:
        verifier = _verifier(connection, role, password)
        statement = SQL("ALTER ROLE {} PASSWORD {}")
        connection.execute(statement.format(Identifier(role), Literal(verifier)))


def _verifier(connection: Connection, role: str, password: str) -> str:
    """Hash the password here, so that the server and its log never see it."""
    secret = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return secret.decode()


def _check_harmless(connection: Connection, role: str) -> None:
    query = "SELECT 1 FROM pg_roles WHERE rolname = %s AND (rolsuper OR rolbypassrls)"
    if connection.execute(query, [role]).fetchone():
        raise RoleTooPowerful(role)


def _prepare_database(connection: Connection, database: str) -> None:
    name, owner, app = Identifier(database), Identifier(OWNER), Identifier(APP)
    found = "SELECT 1 FROM pg_database WHERE datname = %s"
    if not connection.execute(found, [database]).fetchone():
        _join_owner(connection)
        statement = SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' ")
        connection.execute(statement.format(name, owner) + SQL(_locale(connection)))
    connection.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, app))


def _join_owner(connection: Connection) -> None:
    """Let an administrator who is not a superuser make the owner own something."""
    query = "SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper"
    if not connection.execute(query).fetchone():
        connection.execute(SQL("GRANT {} TO CURRENT_USER").format(Identifier(OWNER)))


def _locale(connection: Connection) -> LiteralString:
    if connection.info.server_version >= FIRST_MAJOR_WITH_BUILTIN_LOCALE * 10_000:
        return "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
    return "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"


def _exists(connection: Connection, role: str) -> bool:
    query = "SELECT 1 FROM pg_roles WHERE rolname = %s"
    return connection.execute(query, [role]).fetchone() is not None


def _address(dsn: str, role: str, passwords: Mapping[str, str], database: str) -> str:
    parts = urlsplit(dsn)
    hosts = parts.netloc.rpartition("@")[2]
    password = f":{quote(passwords[role], safe='')}" if role in passwords else ""
    return urlunsplit((parts.scheme, f"{role}{password}@{hosts}", f"/{database}", parts.query, ""))
