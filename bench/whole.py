"""A whole run: a database of its own, seeded once, measured over HTTP and then from within."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from app.db.database import Database
from bench.http.driving import Driven
from bench.http.found import OURS_NAME, Flatness, Found
from bench.http.measuring import COMPARED, Measuring, Place, Plan
from bench.http.statements import SETTINGS
from bench.paper.report import Machine, Report
from bench.reading import measure_reading
from bench.seed import seed
from bench.sizes import SIZES, TEN_TIMES, Size
from bench.stage import Stage
from bench.timing import Measured
from bench.trading import TRADE
from bench.writing import ORDERS_AT_ONCE, measure_writing
from launch.database import DATABASE, bootstrap
from launch.migrations import migrate
from launch.postgres import throwaway_postgres

Told = Callable[[str], None]
PARTS = ("engine", "http")
_CONNECTIONS = "150"
_FLAT_ORDERS = 1_000


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure: which parts, at which size, and whether a page is flat in it."""

    size: Size
    parts: tuple[str, ...] = PARTS
    plan: Plan = field(default_factory=Plan)
    is_flat: bool = False


def measure(options: Options, told: Told = lambda _: None) -> Report:
    """Measure, and return all that was found; nothing of it stays on the machine."""
    began, start = datetime.now(UTC), time.perf_counter()
    engine: list[Measured] = []
    http: Found | None = None
    with _seeded(options.size, told, is_traded="http" in options.parts) as (place, version):
        if "http" in options.parts:
            http = Measuring(place, options.plan, told).run()
        if "engine" in options.parts:
            engine = asyncio.run(_engine(place, told))
    if http and options.is_flat:
        http.flatness = _flatness(http, options, told)
    return Report(
        began=began,
        seconds=time.perf_counter() - start,
        size=options.size,
        plan=options.plan,
        machine=Machine.here(version),
        engine=engine,
        http=http,
    )


@contextmanager
def _seeded(size: Size, told: Told, *, is_traded: bool) -> Generator[tuple[Place, str]]:
    with (
        tempfile.TemporaryDirectory(prefix="tributary-") as scratch,
        throwaway_postgres(SETTINGS | {"max_connections": _CONNECTIONS}) as server,
    ):
        access = bootstrap(server.dsn())
        migrate(access.owner_dsn)
        administrator = server.dsn(DATABASE)
        seed(administrator, size, told, TRADE if is_traded else ())
        assert server.pid is not None
        place = Place(size, access.app_dsn, administrator, server.pid, Path(scratch))
        yield place, server.version()


async def _engine(place: Place, told: Told) -> list[Measured]:
    database = Database(place.app_dsn, pool_size=ORDERS_AT_ONCE + 2)
    try:
        stage = Stage(database, place.size)
        told("Measuring reads")
        rows = await measure_reading(stage, place.app_dsn)
        told("Measuring changes")
        return [*rows, *await measure_writing(stage, place.administrator_dsn)]
    finally:
        await database.close()


def _flatness(small: Found, options: Options, told: Told) -> Flatness | None:
    """Measure the page again in a network of ten times the size; its orders do not matter."""
    processes = options.plan.processes[0]
    plan = replace(
        options.plan,
        only=("catalogue",),
        connections=(COMPARED,),
        processes=(processes,),
        has_profiles=False,
        soak=0,
    )
    size = replace(SIZES[TEN_TIMES], orders=_FLAT_ORDERS)
    with _seeded(size, told, is_traded=True) as (place, _):
        large = Measuring(place, plan, told).run()
    pages: list[Driven] = []
    for found in (small, large):
        page = found.driven("catalogue", OURS_NAME, COMPARED, processes)
        if page is None:
            return None
        pages.append(page)
    return Flatness(*pages)
