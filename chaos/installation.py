"""What is broken: PostgreSQL, web server and worker as the product starts them, behind proxies."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import quote

import psutil
import psycopg

from chaos.clocks import CLOCKS
from chaos.ports import held_port
from chaos.proxy import HOST, Proxy
from chaos.wire import CommitWatch, RequestWatch
from launch.database import APP, DATABASE, Access, bootstrap
from launch.migrations import migrate
from launch.postgres import EmbeddedPostgres
from launch.postgres.layout import PORT, SHORT_PLACE, layout_of
from launch.processes import Process
from launch.rabbitmq.server import RabbitServer
from launch.settings import LaunchSettings
from launch.stack import PortTaken, await_health, web_server, worker
from launch.watch import WATCH_SECONDS, pause_before_restart

Result = TypeVar("Result")
_POINTS = str(10**12)
_LIMITS = {
    **{
        f"TRIBUTARY_LIMIT_{whose}_{what}": _POINTS
        for whose in ("TENANT", "USER", "ADDRESS")
        for what in ("BURST", "RATE")
    },
    **{
        f"TRIBUTARY_LIMIT_SIGN_IN_{where}_FAILURES": _POINTS
        for where in ("PLACE", "ACCOUNT", "ADDRESS")
    },
    "TRIBUTARY_LIMIT_STATEMENT_SECONDS": "3",
    "TRIBUTARY_LIMIT_OPERATION_SECONDS": "4",
    "TRIBUTARY_REQUEST_LOG": "off",
}
"""One address stands for all clients; who waits in vain is told so within four seconds.

A sign-in that a fault cuts off counts as one that failed: a person waits then, and we do not.
"""


def _short_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="tributary-", dir=SHORT_PLACE))
    home.chmod(0o711)
    (home / "db").mkdir(mode=0o711)
    return home


@dataclass
class Installation:
    """One running installation. All of its processes are children of one thread, as they must be.

    `forgetful` trades durability against a crash of the machine, which is none of our faults, for
    speed. Jobs are carried by RabbitMQ where a server of it is given, else by PostgreSQL.
    """

    forgetful: bool
    rabbit: RabbitServer | None = None
    home: Path = field(default_factory=_short_home)
    clocks: str = "0"
    restarts: int = 0
    _hands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _held: ExitStack = field(default_factory=ExitStack)

    async def start(self) -> Self:
        """Start everything, and wait until it serves."""
        settings = {"max_connections": "100", **({"fsync": "off"} if self.forgetful else {})}
        self.server = EmbeddedPostgres(self.home / "db", settings=settings)
        await self.by_hand(self.server.start)
        self.access: Access = await self.by_hand(lambda: bootstrap(self.server.dsn()))
        await self.by_hand(lambda: migrate(self.access.owner_dsn))
        self.to_database = await Proxy(self._reach_database, CommitWatch).start()
        self.to_queue = await Proxy(self._reach_database, CommitWatch).start()
        self.to_web = await Proxy(self._reach_web, RequestWatch).start()
        self.settings = replace(
            LaunchSettings.read(),
            data=self.home / "data",
            host=HOST,
            # A web server that dies keeps its port.
            port=self._held.enter_context(held_port()),
            web_workers=2,
        )
        self.settings.data.mkdir()
        if self.rabbit is not None:
            await self.by_hand(self.rabbit.start)
            self.to_broker = await Proxy(self._reach_broker, RequestWatch).start()
        self.web, self.worker = self._web(), self._worker()
        await self.by_hand(self.worker.start)
        await self.by_hand(self.web.start)
        await self.by_hand(lambda: await_health(self.web, self.settings))
        self._watching = asyncio.create_task(self._watch())
        return self

    async def stop(self, logs: Path) -> None:
        """Stop everything; nothing of it stays but its logs, in a folder."""
        self._watching.cancel()
        with suppress(asyncio.CancelledError):
            await self._watching
        for proxy in (self.to_web, self.to_database, self.to_queue):
            await proxy.stop()
        for stop in (self.web.stop, self.worker.stop, self.server.stop):
            await self.by_hand(stop)
        if self.rabbit is not None:
            await self.to_broker.stop()
            await self.by_hand(self.rabbit.stop)
        self._hands.shutdown()
        self._held.close()
        for log in self.home.glob("*/*.log"):
            shutil.copy(log, logs)
        shutil.rmtree(self.home)

    @property
    def address(self) -> str:
        """Where clients reach the web server."""
        return f"http://{HOST}:{self.to_web.port}"

    @property
    def superuser_dsn(self) -> str:
        """Past all proxies and all row-level security: for who only looks."""
        return self.server.dsn(DATABASE)

    def web_processes(self) -> list[int]:
        """Return the processes that answer requests, the oldest first."""
        if self.web.pid is None:
            return []
        with suppress(psutil.NoSuchProcess):
            return sorted(child.pid for child in psutil.Process(self.web.pid).children())
        return []

    def backends(self) -> list[int]:
        """Return PostgreSQL's processes that serve the application, in order."""
        statement = "SELECT pid FROM pg_stat_activity WHERE usename = %s ORDER BY pid"
        with psycopg.connect(self.superuser_dsn) as connection:
            return [pid for (pid,) in connection.execute(statement, [APP])]

    async def by_hand(self, do: Callable[[], Result]) -> Result:
        """Do it in the thread whose children all processes are."""
        return await asyncio.get_running_loop().run_in_executor(self._hands, do)

    def kill(self, process: Process) -> None:
        """Kill -9 a process with all its children."""
        if process.pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    async def _watch(self) -> None:
        """Start again what ended, as the launcher does, and as soon."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if not await self.by_hand(lambda: self.server.is_alive):
                await self.by_hand(self.server.restart)
                self.restarts += 1
            if self.web.ended_with is not None:
                await asyncio.sleep(pause_before_restart(self.web))
                await self.by_hand(self.web.stop)
                self.web = await self._described_web()
                await self.by_hand(self.web.start)
                self.restarts += 1
            if self.worker.ended_with is not None:
                await asyncio.sleep(pause_before_restart(self.worker))
                await self.by_hand(self.worker.stop)
                self.worker = self._worker()
                await self.by_hand(self.worker.start)
                self.restarts += 1

    async def _described_web(self) -> Process:
        """Describe the web server anew, once the last process of the one before has let go."""
        while True:
            try:
                return await self.by_hand(self._web)
            except PortTaken:
                await asyncio.sleep(WATCH_SECONDS)

    def _web(self) -> Process:
        log = self.settings.data / "web.log"
        more: Mapping[str, str] = {**_LIMITS, CLOCKS: self.clocks}
        dsn = self._through(self.to_database)
        return web_server(self.settings, dsn, log, "chaos.web:create_application", more)

    def _worker(self) -> Process:
        log = self.settings.data / "worker.log"
        more = {CLOCKS: self.clocks}
        if self.rabbit is not None:
            more["TRIBUTARY_BROKER_URL"] = self.rabbit.url_at(self.to_broker.port)
        return worker(self.settings, self._through(self.to_queue), log, "chaos.twice", more)

    def _through(self, proxy: Proxy) -> str:
        options = "sslmode=disable&gssencmode=disable"
        return f"postgresql://{quote(APP)}@{HOST}:{proxy.port}/{DATABASE}?{options}"

    async def _reach_database(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        place = layout_of(self.home / "db").socket / f".s.PGSQL.{PORT}"
        return await asyncio.open_unix_connection(str(place))

    async def _reach_broker(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        assert self.rabbit is not None
        return await asyncio.open_connection(HOST, self.rabbit.port)

    async def _reach_web(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(HOST, self.settings.port)
