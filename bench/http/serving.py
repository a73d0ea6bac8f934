"""Start the product's server, or strawberry's stock view over the same schema."""

import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.http.usage import Usage, children_of, usage_of
from launch.settings import LaunchSettings
from launch.stack import APPLICATION, await_health, web_server
from launch.watch import start_all

HOST = "127.0.0.1"
_POINTS = str(10**12)
GENEROUS = {
    f"TRIBUTARY_LIMIT_{whose}_{what}": _POINTS
    for whose in ("TENANT", "USER", "ADDRESS")
    for what in ("BURST", "RATE")
}
"""One client stands for thousands of people: their budgets would stop it within seconds."""
OURS = APPLICATION
STOCK, SAMPLED = "bench.http.stock:create_application", "bench.http.sampled:create_application"


@dataclass(frozen=True, slots=True)
class Served:
    """Where a server listens, and its first process."""

    port: int
    pid: int

    @property
    def workers(self) -> list[int]:
        """The processes that answer requests."""
        return children_of(self.pid)

    @property
    def usage(self) -> Usage:
        """What it takes by now."""
        return usage_of(self.pid)


@contextmanager
def serving(application: str, processes: int, scratch: Path, app_dsn: str) -> Generator[Served]:
    """Serve as `launch serve` does, on a free port; the processes are gone afterwards."""
    with ExitStack() as running:
        settings = replace(
            LaunchSettings.read(),
            data=scratch,
            host=HOST,
            port=_held_port(running),
            web_workers=processes,
        )
        web = web_server(settings, app_dsn, scratch / "web.log", application, GENEROUS)
        start_all(running, [web])
        await_health(web, settings)
        assert web.pid is not None
        yield Served(settings.port, web.pid)


def _held_port(running: ExitStack) -> int:
    """Return a free port that nobody else is given meanwhile: granian would share it unnoticed.

    A socket that never listens holds it; those of the server bind it too, as they reuse addresses.
    """
    holder = running.enter_context(socket.socket())
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        holder.setsockopt(socket.SOL_SOCKET, option, 1)
    holder.bind((HOST, 0))
    port: int = holder.getsockname()[1]
    return port
