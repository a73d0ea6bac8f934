"""What a start takes: `python -m chaos.starting`; seconds, and seconds on processors.

Web server and worker of the laboratory are started while nothing else asks anything of them, and
the first orders are placed. Seconds on processors are those of the processes started, all together.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

import httpx2
import psutil
import psycopg
from rich.console import Console
from rich.table import Table

from app.db.database import Database
from chaos.calling import TRY_SECONDS, Pulse
from chaos.installation import Installation
from chaos.ledger import Ledger
from chaos.network import Trading, found
from chaos.trading import Desk, Trader
from launch.processes import Process
from launch.stack import await_health
from workers.relay import Relay

_PATIENCE, _POLL_SECONDS = 60, 0.01
_LEADS = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s"
Step = Callable[[], Awaitable[object]]


@dataclass
class Taken:
    """What each step took, once a start."""

    seconds: list[float] = field(default_factory=list[float])
    on_processors: list[float] = field(default_factory=list[float])


class Starts:
    """Starts web server and worker again and again, and times their steps."""

    def __init__(self, place: Installation, trading: Trading, folder: Path) -> None:
        """Measure a running installation."""
        self._place, self._trading = place, trading
        ledger = Ledger(folder / "ledger.jsonl")
        self._desk = Desk(ledger, Pulse(), asyncio.Event(), [], _PATIENCE)
        self.taken: dict[str, Taken] = {}

    async def once(self) -> None:
        """Start each anew."""
        place = self._place
        await place.by_hand(place.worker.stop)
        await place.by_hand(place.web.stop)
        await self._web()
        await self._worker()

    async def _web(self) -> None:
        place = self._place

        async def ready() -> None:
            await place.by_hand(place.web.start)
            await place.by_hand(lambda: await_health(place.web, place.settings))

        await self._timed("web server ready", place.web, ready)
        address = f"http://{place.settings.host}:{place.settings.port}"
        async with httpx2.AsyncClient(base_url=address, timeout=TRY_SECONDS) as http:
            shop = self._trading.shops[0]
            trader = Trader(http, self._trading, shop, self._desk, Random(0))
            await self._timed("first order", place.web, trader.buy)
            await self._timed("second order", place.web, trader.buy)

    async def _worker(self) -> None:
        place = self._place

        async def leads() -> None:
            await place.by_hand(place.worker.start)
            with psycopg.connect(place.superuser_dsn, autocommit=True) as connection:
                while not connection.execute(_LEADS, [Relay.lock]).fetchall():  # noqa: ASYNC110  # nothing here rings
                    await asyncio.sleep(_POLL_SECONDS)

        await self._timed("worker leads", place.worker, leads)

    async def _timed(self, name: str, process: Process, step: Step) -> None:
        before = _on_processors(process.pid)
        began = time.monotonic()
        await step()
        taken = self.taken.setdefault(name, Taken())
        taken.seconds.append(time.monotonic() - began)
        taken.on_processors.append(_on_processors(process.pid) - before)


async def measure(times: int) -> dict[str, Taken]:
    """Start so many times; returns what each step took."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        place = Installation(forgetful=True)
        try:
            await place.start()
            database = Database(place.access.app_dsn, pool_size=1)
            starts = Starts(place, await found(database, 1), folder)
            await database.close()
            for _ in range(times):
                await starts.once()
        finally:
            await place.stop(folder)
    return starts.taken


def _on_processors(pid: int | None) -> float:
    """Return the seconds on processors of a process and all that it has started."""
    if pid is None:
        return 0.0
    spent = 0.0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            spent += times.user + times.system
    return spent


def _family(pid: int) -> Sequence[psutil.Process]:
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def main(words: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m chaos.starting", description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    taken = asyncio.run(measure(parser.parse_args(words).times))
    table = Table("step", "seconds", "on processors")
    for name, each in taken.items():
        table.add_row(name, f"{median(each.seconds):.2f}", f"{median(each.on_processors):.2f}")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
