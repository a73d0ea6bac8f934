"""What a race is: a promise, a scene for each round, those who run, and the exact verdict."""

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from chaos.races.calls import Client, Told
from chaos.races.scene import Scene

Judge = Callable[[Sequence[Told]], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Round:
    """Who runs, and what is wrong with how it went: nothing, or a sentence for each fault."""

    clients: Sequence[Client]
    judge: Judge


class Race(ABC):
    """Many at once reach for one thing; `promise` says what must come of it, whoever is first."""

    name: ClassVar[str]
    promise: ClassVar[str]

    def __init__(self, scene: Scene, clients: int, random: Random) -> None:
        """Take the scene, made for this race alone, how many run, and the dice."""
        self.scene = scene
        self.clients = clients
        self.random = random
        self.number = 0
        """Which round it is, from 0 on."""
        self.notes: Counter[str] = Counter()
        """What is no fault and yet worth counting."""

    async def prepare(self) -> None:
        """Make what all rounds share."""
        await self.scene.open(self.clients)

    @abstractmethod
    async def round(self) -> Round:
        """Make what one round needs."""

    async def tidy(self) -> None:  # noqa: B027  # most leave nothing in the way
        """Take out of the next round's way what this one left."""


class Turnstile:
    """Lets a part of the clients in at once, and tells when so many have come out.

    So that calls are still to come when something happens in their midst, however fast all is.
    """

    def __init__(self, clients: int) -> None:
        """Let a third of the clients in at once."""
        self._room = asyncio.Semaphore(max(2, clients // 3))
        self._change = asyncio.Condition()
        self._out = 0

    @asynccontextmanager
    async def passed(self) -> AsyncGenerator[None, None]:
        """Wait for room, and be counted when the block ends."""
        async with self._room:
            yield
        async with self._change:
            self._out += 1
            self._change.notify_all()

    async def after(self, number: int) -> None:
        """Wait until so many have come out."""
        async with self._change:
            await self._change.wait_for(lambda: self._out >= number)


@dataclass(slots=True)
class Faults:
    """Sentences for what is not as it must be."""

    found: list[str]

    @classmethod
    def none_yet(cls) -> "Faults":
        """Begin without a fault."""
        return cls([])

    def expect(self, what: str, found: Any, wanted: Any) -> None:
        """Note a fault where something is not exactly what it must be."""
        if found != wanted:
            self.found.append(f"{what}: {_shown(found)}, not {_shown(wanted)}")

    def expect_outcomes(self, told: Sequence[Told], **wanted: int) -> None:
        """Note a fault where the calls were not told exactly this, each so many times."""
        found = Counter(each.outcome for each in told)
        self.expect("outcomes", dict(sorted(found.items())), _without_zeros(wanted))


def _without_zeros(wanted: dict[str, int]) -> dict[str, int]:
    return {name: times for name, times in sorted(wanted.items()) if times}


def _shown(value: Any) -> str:
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)
