"""Choose the database of a launch: given addresses, an external server, or our own."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import ClassVar

from app.db.database import Database as Pool
from launch.database import ROLES, Access, RolePasswordUnknown, bootstrap, missing_roles
from launch.errors import LaunchError
from launch.postgres import EmbeddedPostgres
from launch.secrets import database_passwords, passwords_file
from launch.settings import LaunchSettings


@dataclass(eq=False)
class AddressMissing(LaunchError):
    """Only one of the two addresses was given."""

    text: ClassVar = "{name} is not set, but the other of the two addresses is."
    remedy: ClassVar = "Set both TRIBUTARY_OWNER_URL and TRIBUTARY_APP_URL, or none of them."
    name: str


@dataclass(frozen=True)
class Database:
    """What a launch works on; the server is there only when it is embedded."""

    access: Access
    server: EmbeddedPostgres | None = None


@contextmanager
def open_database(settings: LaunchSettings) -> Generator[Database]:
    """Yield a database that is reachable and has its roles; an embedded server ends after it."""
    if settings.owner_url or settings.app_url:
        yield Database(_given(settings))
    elif settings.administrator_url:
        yield Database(_external(settings, settings.administrator_url))
    else:
        home = settings.data / "postgres"
        with EmbeddedPostgres(home, patience=settings.patience) as server:
            yield Database(bootstrap(server.dsn()), server)


@contextmanager
def open_app_address(settings: LaunchSettings) -> Generator[str]:
    """Yield the address that serves requests, asking for no further rights when it was given."""
    if settings.app_url:
        yield settings.app_url
        return
    with open_database(settings) as database:
        yield database.access.app_dsn


@asynccontextmanager
async def connected(app_dsn: str) -> AsyncGenerator[Pool, None]:
    """Yield the application's own way into the database, for one command."""
    pool = Pool(app_dsn, pool_size=1)
    try:
        yield pool
    finally:
        await pool.close()


def _given(settings: LaunchSettings) -> Access:
    if not settings.owner_url:
        raise AddressMissing("TRIBUTARY_OWNER_URL")
    if not settings.app_url:
        raise AddressMissing("TRIBUTARY_APP_URL")
    return Access(settings.owner_url, settings.app_url)


def _external(settings: LaunchSettings, administrator_url: str) -> Access:
    if not passwords_file(settings.data).exists():
        for role in ROLES:
            if role not in missing_roles(administrator_url):
                raise RolePasswordUnknown(role)
    return bootstrap(administrator_url, passwords=database_passwords(settings.data, ROLES))
