"""A real server for one replay: an empty database, all migrations, and the web processes."""

import socket
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from launch.database import bootstrap
from launch.migrations import migrate
from launch.postgres import throwaway_postgres
from launch.settings import LaunchSettings
from launch.stack import await_health, web_server
from launch.watch import start_all

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Served:
    """Where the server listens, and the database that it works on."""

    address: str
    app_dsn: str


@contextmanager
def served(web_workers: int) -> Generator[Served]:
    """Start everything on a free port; all of it is gone afterwards."""
    with ExitStack() as running:
        database = running.enter_context(throwaway_postgres())
        access = bootstrap(database.dsn())
        migrate(access.owner_dsn)
        scratch = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="tributary-")))
        settings = replace(
            LaunchSettings.read(),
            data=scratch,
            host=HOST,
            port=_free_port(),
            web_workers=web_workers,
        )
        web = web_server(settings, access.app_dsn, scratch / "web.log")
        start_all(running, [web])
        await_health(web, settings)
        yield Served(f"http://{HOST}:{settings.port}", access.app_dsn)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
