"""Play races round by round: all start at one bell, and each round is judged by itself."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from chaos.races.calls import Client, Told
from chaos.races.race import Race, Round
from chaos.races.scene import Scene
from tests.support.world import World

MOST_FAULTS_TOLD = 20


@dataclass(slots=True)
class Played:
    """How a race went: what was told how often, the longest round, and every fault."""

    race: str
    promise: str
    clients: int
    rounds: int = 0
    calls: int = 0
    outcomes: Counter[str] = field(default_factory=Counter[str])
    seconds: float = 0
    longest_round: float = 0
    deadlocks: int = 0
    faulty_rounds: int = 0
    faults: list[str] = field(default_factory=list[str])
    notes: Counter[str] = field(default_factory=Counter[str])

    def add(self, told: Sequence[Told], faults: Sequence[str], seconds: float) -> None:
        """Count one round in."""
        self.rounds += 1
        self.calls += len(told)
        self.outcomes.update(f"{each.mark}: {each.outcome}" for each in told)
        self.seconds += seconds
        self.longest_round = max(self.longest_round, seconds)
        self.faulty_rounds += bool(faults)
        self.faults += [f"round {self.rounds}: {fault}" for fault in faults]


async def play(  # noqa: PLR0913  # a game is set by these, by name
    race: type[Race],
    world: World,
    *,
    clients: int,
    rounds: int,
    seed: int,
    after_round: Callable[[Played], None] = lambda _: None,
) -> Played:
    """Play all rounds of one race in a new tenant, and at last hold its books against each other.

    One seed sets the same rounds; who is first in each is the machine's affair.
    """
    random = Random(f"{seed} {race.name}")
    running = race(await Scene.create(world), clients, random)
    await running.prepare()
    played = Played(race.name, race.promise, clients)
    for number in range(rounds):
        running.number = number
        prepared = await running.round()
        told, seconds = await _run(prepared, random)
        played.add(told, list(await prepared.judge(told)), seconds)
        await running.tidy()
        after_round(played)
    played.notes = running.notes
    played.faults += [f"the books: {fault}" for fault in await running.scene.broken()]
    return played


async def _run(prepared: Round, random: Random) -> tuple[list[Told], float]:
    """Start all at one bell, in an order drawn by lot."""
    bell = asyncio.Event()
    runners = list(prepared.clients)
    random.shuffle(runners)
    tasks = [asyncio.create_task(_wait_and_run(bell, runner)) for runner in runners]
    await asyncio.sleep(0)
    began = time.monotonic()
    bell.set()
    found = await asyncio.gather(*tasks)
    return [each for told in found for each in told], time.monotonic() - began


async def _wait_and_run(bell: asyncio.Event, run: Client) -> Sequence[Told]:
    await bell.wait()
    return await run()
