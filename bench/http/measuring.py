"""Measure every workload on our server, on strawberry's stock view, and as bare SQL."""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psutil
import psycopg

from app.schema.root import build_schema
from bench.fill import Connection
from bench.http.checking import broken_after
from bench.http.driving import Client, Driven, Pressure
from bench.http.found import BARE_NAME, OURS_NAME, STOCK_NAME, Cell, Found, Memory
from bench.http.limits import ORDER, PAGE, Limits, durable
from bench.http.people import People
from bench.http.profiling import Sampling
from bench.http.serving import OURS, SAMPLED, STOCK, Served, serving
from bench.http.statements import StatementCounter
from bench.http.usage import usage_of
from bench.http.workloads import WORKLOADS, Setting, Workload
from bench.sizes import Size
from launch.secrets import signing_secret

Told = Callable[[str], None]
CONNECTIONS = (1, 8, 32)
PROCESSES = (1, 2)
COMPARED = 8
"""Connections at which we are held against stock and bare SQL."""

PROFILED = ("catalogue", "quote", "order")
_PROBES = 8
_PROFILE_TIMES = 2.0
_LIMITS = {"catalogue": PAGE, "order": ORDER}
_LONG_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Place:
    """A seeded database: how the server, the administrator and the processes' clock reach it."""

    size: Size
    app_dsn: str
    administrator_dsn: str
    pid: int
    scratch: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, for how many seconds a cell; `only` names workloads, none means all."""

    seconds: float = 2.0
    only: tuple[str, ...] = ()
    connections: tuple[int, ...] = CONNECTIONS
    processes: tuple[int, ...] = PROCESSES
    has_profiles: bool = True
    soak: int = 0

    @property
    def workloads(self) -> list[Workload]:
        """The chosen workloads, in their order."""
        return [each for each in WORKLOADS if not self.only or each.name in self.only]

    def pressures(self, workload: Workload) -> Iterator[Pressure]:
        """Say how hard to press; a slow operation gives no figures at many connections."""
        for connections in self.connections[:1] if workload.is_slow else self.connections:
            yield Pressure(connections, self.seconds)


@dataclass(slots=True)
class Measuring:
    """One run over HTTP."""

    place: Place
    plan: Plan
    told: Told
    found: Found = field(default_factory=Found)

    def run(self) -> Found:
        """Measure everything planned, then look whether the books still balance."""
        clock = _Clock()
        with psycopg.connect(self.place.administrator_dsn, autocommit=True) as connection:
            durable(connection, on=True)
            counter = StatementCounter(connection)
            self._bare()
            for processes in self.plan.processes:
                _refill(connection)
                self._ours(processes, counter)
            _refill(connection)
            self._stock()
            self._profiles()
            self.found.others = clock.others
            self.told("Checking the books")
            self.found.orders_placed = _count(connection, "orders WHERE number NOT LIKE 'OLD-%'")
            self.found.lines_reserved = _count(connection, "reservation")
            self.found.broken = asyncio.run(broken_after(self.place.app_dsn))
            durable(connection, on=False)
        return self.found

    def _bare(self) -> None:
        limits = Limits(self.place.administrator_dsn, self.place.size, self.place.pid)
        limits.prepare()
        for workload in self.plan.workloads:
            if workload.name not in _LIMITS:
                continue
            for pressure in self.plan.pressures(workload):
                self._tell(workload, BARE_NAME, 0, pressure)
                driven = limits.drive(_LIMITS[workload.name], pressure)
                self._keep(workload, BARE_NAME, 0, pressure, driven)

    def _ours(self, processes: int, counter: StatementCounter) -> None:
        place = self.place
        with serving(OURS, processes, place.scratch, place.app_dsn) as served:
            before = served.usage.memory
            client, setting = self._client(served)
            for workload in self.plan.workloads:
                requests: list[str] = []
                for pressure in self.plan.pressures(workload):
                    requests = setting.requests(workload)
                    self._tell(workload, OURS_NAME, processes, pressure)
                    driven = client.drive(requests, pressure, unwanted=workload.unwanted)
                    self._keep(workload, OURS_NAME, processes, pressure, driven)
                if processes == self.plan.processes[0]:
                    self._count_statements(workload, requests, client, counter)
            if self.plan.soak and processes == self.plan.processes[-1]:
                self._soak(processes, client, setting, served)
            self._remember(OURS_NAME, processes, before, served.usage.memory)

    def _stock(self) -> None:
        place, processes = self.place, self.plan.processes[-1]
        with serving(STOCK, processes, place.scratch, place.app_dsn) as served:
            before = served.usage.memory
            client, setting = self._client(served)
            for workload in self.plan.workloads:
                pressure = Pressure(1 if workload.is_slow else COMPARED, self.plan.seconds)
                self._tell(workload, STOCK_NAME, processes, pressure)
                requests = setting.requests(workload)
                driven = client.drive(requests, pressure, unwanted=workload.unwanted)
                self._keep(workload, STOCK_NAME, processes, pressure, driven)
            self._remember(STOCK_NAME, processes, before, served.usage.memory)

    def _count_statements(
        self, workload: Workload, requests: list[str], client: Client, counter: StatementCounter
    ) -> None:
        counter.start()
        probed = client.drive(
            requests, Pressure(1, _LONG_SECONDS), most=_PROBES, unwanted=workload.unwanted
        )
        self.found.statements[workload.name] = counter.stop() / (probed.sent + 1)

    def _profiles(self) -> None:
        place = self.place
        chosen = [each for each in self.plan.workloads if each.name in PROFILED]
        if not chosen or not self.plan.has_profiles:
            return
        with serving(SAMPLED, 1, place.scratch, place.app_dsn) as served:
            client, setting = self._client(served)
            for workload in chosen:
                self.told(f"{workload.title}: profile")
                requests = setting.requests(workload)
                warm = Pressure(1, self.plan.seconds)
                client.drive(requests, warm, most=_PROBES, unwanted=workload.unwanted)
                sampling = Sampling(workload.name, served.workers[-1], place.scratch)
                pressure = Pressure(COMPARED, _PROFILE_TIMES * self.plan.seconds)
                client.drive(requests, pressure, unwanted=workload.unwanted)
                self.found.profiles.append(sampling.end())

    def _soak(self, processes: int, client: Client, setting: Setting, served: Served) -> None:
        reads = [each for each in self.plan.workloads if each.document.startswith(("query", "{"))]
        mixed = [request for each in reads for request in setting.requests(each)]
        self.told(f"Soaking in {self.plan.soak:,} requests")
        before = served.usage.memory
        driven = client.drive(
            mixed, Pressure(COMPARED, _LONG_SECONDS), most=self.plan.soak, unwanted=()
        )
        after = served.usage.memory
        self.found.soak = Memory(OURS_NAME, processes, driven.requests, before, after)

    def _client(self, served: Served) -> tuple[Client, Setting]:
        place = self.place
        watched = {"server": served.pid, "database": place.pid}
        people = People(signing_secret(place.scratch))
        setting = Setting(place.size, people, served.port, _has_availability())
        return Client(served.port, place.scratch, watched), setting

    def _tell(self, workload: Workload, server: str, processes: int, pressure: Pressure) -> None:
        self.told(f"{workload.title}: {server}, {processes} x {pressure.connections}")

    def _keep(
        self, workload: Workload, server: str, processes: int, pressure: Pressure, driven: Driven
    ) -> None:
        self.found.cells.append(
            Cell(workload.name, workload.title, server, processes, pressure.connections, driven)
        )

    def _remember(self, server: str, processes: int, before: float, after: float) -> None:
        requests = sum(
            cell.driven.requests
            for cell in self.found.cells
            if (cell.server, cell.processes) == (server, processes)
        )
        self.found.memory.append(Memory(server, processes, requests, before, after))


class _Clock:
    """How much of the machine others took since it was made."""

    def __init__(self) -> None:
        self._busy, self._all = _machine()
        self._own = usage_of(os.getpid()).processor

    @property
    def others(self) -> float:
        busy, everything = _machine()
        own = usage_of(os.getpid()).processor - self._own
        return max(0.0, (busy - self._busy - own) / max(everything - self._all, 1e-9))


def _machine() -> tuple[float, float]:
    times = psutil.cpu_times()
    everything = sum(times)
    return everything - times.idle - getattr(times, "iowait", 0.0), everything


def _count(connection: Connection, what: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {what}".encode()).fetchone()  # noqa: S608  # our own words
    return row[0] if row else 0


def _refill(connection: Connection) -> None:
    """Let budgets of schemes begin anew: a total that was seen stands only while they last."""
    connection.execute("UPDATE scheme_budget SET uses = 0, money_used = 0, goods_used = 0")


@cache
def _has_availability() -> bool:
    item = build_schema().get_type_by_name("CatalogueItem")
    return any(field.name == "availability" for field in getattr(item, "fields", ()))
