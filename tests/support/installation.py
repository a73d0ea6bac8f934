"""An installation with a database of its own, durable, and the command line on it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from app.config import Settings
from app.db.database import Database
from launch.access import open_database
from launch.database import DATABASE, Access
from launch.migrations import migrate
from launch.postgres.archive import choose_archive
from launch.postgres.layout import layout_of
from launch.settings import LaunchSettings
from tests.support.patience import PATIENCE_SECONDS, UNHURRIED, until
from tests.support.serving import serving
from tests.support.world import World

_PAUSE_SECONDS = 0.1
"""Between two orders of a buyer: the processor is for what is done meanwhile."""

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installation:
    """A data directory, and the world that is served from it."""

    data: Path
    access: Access
    superuser: str
    world: World

    async def run(self, *words: str) -> str:
        return await tributary(self.data, *words)


@asynccontextmanager
async def installed(home: Path, settings: Settings) -> AsyncIterator[Installation]:
    """Serve a world of its own; the WAL is handed over from the first segment on.

    So it is after the first backup too, but the server takes ten seconds to begin with it.
    """
    data = home / "data"
    (data / "backups").mkdir(parents=True)
    choose_archive(layout_of(data / "postgres"), data / "backups" / "wal")
    with open_database(LaunchSettings.read({"TRIBUTARY_DATA": str(data)})) as opened:
        migrate(opened.access.owner_dsn)
        own = Settings(opened.access.app_dsn, settings.secret, limits=settings.limits)
        database = Database(opened.access.app_dsn, pool_size=5, patience=UNHURRIED)
        try:
            async with (
                serving(own) as address,
                httpx2.AsyncClient(base_url=address, timeout=2 * PATIENCE_SECONDS) as http,
            ):
                world = await World.create(database, http, own)
                yield Installation(data, opened.access, opened.server.dsn(DATABASE), world)
        finally:
            await database.close()


async def tributary(data: Path, *words: str) -> str:
    """Run a command on a data directory; gives what it wrote, fails as it failed."""
    own = {name: value for name, value in os.environ.items() if "TRIBUTARY" not in name}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "launch",
        *words,
        cwd=PROJECT,
        env={**own, "TRIBUTARY_DATA": str(data), "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


@asynccontextmanager
async def orders_coming_in(chain, buyers, acknowledged):
    """Have each buyer place one order after the other, and note what was acknowledged."""

    is_over = asyncio.Event()

    async def go_on(buyer):
        while not is_over.is_set():
            placed = await chain.place(buyer, "1", seen="71.60")
            acknowledged.append(placed["number"])
            await asyncio.sleep(_PAUSE_SECONDS)

    async def more(number):
        enough = len(acknowledged) + number

        async def have_come():
            return len(acknowledged) >= enough

        await until(have_come)

    tasks = [asyncio.create_task(go_on(buyer)) for buyer in buyers]
    try:
        yield more
    finally:
        is_over.set()
        await asyncio.gather(*tasks)
