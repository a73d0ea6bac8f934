"""Take the newest migrations back and forth while orders come in, on a database with data.

    python -m tests.launch.migrating_drill --rounds 5 --down-to 0035

Each round goes down one revision at a time, and up again; every order that is asked for must be
acknowledged. 0035 is the floor: the columns of sessions and of ways to pay, which each order asks,
came up to then.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from app.config import Settings
from app.edge.limits import Limits
from launch.migrations import migrate, migration_config
from tests.support.chain import Chain
from tests.support.installation import installed, orders_coming_in

FLOOR = "0059"
SECRET = "a secret of the drill alone, long enough"  # of nobody
ATTEMPTS = 7


@dataclass
class Told:
    """What the drill counts."""

    acknowledged: list[str]
    slowest: float = 0.0
    repeated: int = 0


def revisions_above(floor: str) -> list[str]:
    """Return the revisions to go down to, one after the other, the newest first."""
    script = ScriptDirectory.from_config(migration_config(""))
    known = [each.revision for each in script.walk_revisions()]
    return known[1 : known.index(floor) + 1]


def down(owner: str, revision: str, told: Told) -> None:
    """Go down one step; a table in use is tried again, as going up does by itself."""
    for attempt in range(ATTEMPTS):
        try:
            command.downgrade(migration_config(owner), revision)
        except OperationalError:
            told.repeated += 1
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(2**attempt / 2)
        else:
            return


async def drill(home: Path, rounds: int, floor: str) -> Told:
    """Go down and up, so many rounds; an order that fails ends it with its error."""
    told = Told([])
    settings = Settings("", SECRET, limits=Limits())
    async with installed(home, settings) as installation:
        chain = await Chain.create(installation.world)
        await chain.stock(chain.distributor, 1_000_000)
        buyers = [await installation.world.member(chain.retailer, "BUYER") for _ in range(3)]
        owner = installation.access.owner_dsn
        async with orders_coming_in(chain, buyers, told.acknowledged) as more:
            for number in range(rounds):
                for revision in revisions_above(floor):
                    began = time.monotonic()
                    await asyncio.to_thread(down, owner, revision, told)
                    told.slowest = max(told.slowest, time.monotonic() - began)
                    await more(1)
                await asyncio.to_thread(migrate, owner)
                await more(1)
                say(f"round {number + 1}: {len(told.acknowledged)} orders, none refused")
    return told


def say(line: str) -> None:
    """Tell whoever runs it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--down-to", default=FLOOR)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        told = asyncio.run(drill(Path(home), given.rounds, given.down_to))
    say(
        f"{len(told.acknowledged)} orders acknowledged, none refused; slowest step "
        f"{told.slowest:.2f} s, {told.repeated} steps repeated"
    )


if __name__ == "__main__":
    main()
