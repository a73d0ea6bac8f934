"""The ways to break an installation; each says what it did, in words."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from chaos.installation import Installation
from chaos.proxy import Passage, Proxy

Strike = Callable[[Installation, Random], Awaitable[str]]
_DELAY_SECONDS, _DELAYED_SECONDS = 0.2, 1.5
_SWALLOWED_COMMITS = 3
_ARMED_SECONDS = 60.0
_CLOCKS = ("-300,300", "0,90", "-3600,0", "30,-30", "0")


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault; `hits_worker` ones are over once jobs run again, others once writes do."""

    name: str
    strike: Strike
    hits_worker: bool = False


async def _kill_web_process(place: Installation, random: Random) -> str:
    processes = place.web_processes()
    if not processes:
        return "no web process was there to be killed"
    return _kill(random.choice(processes), "web process")


async def _kill_web(place: Installation, _random: Random) -> str:
    place.kill(place.web)
    return "killed the web server with all its processes"


async def _kill_worker(place: Installation, _random: Random) -> str:
    place.kill(place.worker)
    return "killed the worker with relay and clock"


async def _kill_postgres(place: Installation, _random: Random) -> str:
    return _signal(place, signal.SIGKILL, "killed PostgreSQL's main process")


async def _stop_postgres_at_once(place: Installation, _random: Random) -> str:
    return _signal(place, signal.SIGQUIT, "stopped PostgreSQL without a checkpoint")


async def _kill_backend(place: Installation, random: Random) -> str:
    backends = await asyncio.to_thread(place.backends)
    if not backends:
        return "no connection was open"
    return _kill(random.choice(backends), "connection's process in PostgreSQL")


async def _cut_database(place: Installation, _random: Random) -> str:
    number = place.to_database.cut(place.to_database.open)
    return f"cut {number} connections to PostgreSQL"


async def _cut_queue(place: Installation, _random: Random) -> str:
    number = place.to_queue.cut(place.to_queue.open)
    return f"cut {number} connections of the worker to PostgreSQL"


async def _delay_database(place: Installation, _random: Random) -> str:
    await _delayed(place.to_database)
    return f"each packet to and from PostgreSQL took {_DELAY_SECONDS} s longer"


async def _silence_database(place: Installation, random: Random) -> str:
    number = place.to_database.silence(_half(place.to_database.open, random))
    return f"{number} connections to PostgreSQL fell silent for ever"


async def _swallow_commit(place: Installation, _random: Random) -> str:
    before = place.to_database.swallowed
    await _armed(place.to_database, _SWALLOWED_COMMITS)
    return f"swallowed the answers to {place.to_database.swallowed - before} COMMITs"


async def _cut_clients(place: Installation, _random: Random) -> str:
    return f"cut {place.to_web.cut(place.to_web.open)} connections of clients"


async def _delay_clients(place: Installation, _random: Random) -> str:
    await _delayed(place.to_web)
    return f"each packet to and from clients took {_DELAY_SECONDS} s longer"


async def _silence_clients(place: Installation, random: Random) -> str:
    number = place.to_web.silence(_half(place.to_web.open, random))
    return f"{number} connections of clients fell silent for ever"


async def _swallow_answer(place: Installation, _random: Random) -> str:
    before = place.to_web.swallowed
    await _armed(place.to_web, _SWALLOWED_COMMITS)
    return f"swallowed {place.to_web.swallowed - before} answers to clients"


async def _skew_clocks(place: Installation, random: Random) -> str:
    place.clocks = random.choice([clocks for clocks in _CLOCKS if clocks != place.clocks])
    for process in (place.web, place.worker):
        place.kill(process)
    return f"web processes and worker start anew with clocks wrong by {place.clocks} s"


async def _silence_queue(place: Installation, random: Random) -> str:
    number = place.to_queue.silence(_half(place.to_queue.open, random))
    return f"{number} connections of the worker to PostgreSQL fell silent for ever"


FAULTS: Sequence[Fault] = (
    Fault("web-process-killed", _kill_web_process),
    Fault("commit-answer-lost", _swallow_commit),
    Fault("postgres-killed", _kill_postgres),
    Fault("worker-killed", _kill_worker, hits_worker=True),
    Fault("backend-killed", _kill_backend),
    Fault("answer-to-client-lost", _swallow_answer),
    Fault("web-killed", _kill_web),
    Fault("database-cut", _cut_database),
    Fault("queue-cut", _cut_queue, hits_worker=True),
    Fault("queue-silent", _silence_queue, hits_worker=True),
    Fault("database-slow", _delay_database),
    Fault("database-silent", _silence_database),
    Fault("postgres-stopped-at-once", _stop_postgres_at_once),
    Fault("clients-cut", _cut_clients),
    Fault("clients-slow", _delay_clients),
    Fault("clients-silent", _silence_clients),
    Fault("clocks-skewed", _skew_clocks),
)
"""All kinds; a broker beside PostgreSQL would be one more process of the installation to kill."""


def schedule(seed: int, number: int, kinds: Sequence[Fault] = FAULTS) -> list[Fault]:
    """Return so many faults: every kind as often as every other, in an order of the seed's."""
    random, planned = Random(seed), list[Fault]()
    while len(planned) < number:
        planned += random.sample(list(kinds), len(kinds))
    return planned[:number]


def _kill(pid: int, what: str) -> str:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return f"killed a {what}"


def _signal(place: Installation, number: signal.Signals, told: str) -> str:
    pid = place.server.pid
    if pid is None:
        return "PostgreSQL was not there"
    with suppress(ProcessLookupError):
        os.kill(pid, number)
    return told


async def _delayed(proxy: Proxy) -> None:
    proxy.delay = _DELAY_SECONDS
    await asyncio.sleep(_DELAYED_SECONDS)
    proxy.delay = 0.0


async def _armed(proxy: Proxy, number: int) -> None:
    """Swallow the next answers, and wait until it is done or nobody asks any more."""
    before = proxy.swallowed
    proxy.armed = number
    with suppress(TimeoutError):
        async with asyncio.timeout(_ARMED_SECONDS):
            while proxy.swallowed < before + number:  # noqa: ASYNC110  # nothing here rings
                await asyncio.sleep(0.02)
    proxy.armed = 0


def _half(passages: Sequence[Passage], random: Random) -> Sequence[Passage]:
    return random.sample(list(passages), (len(passages) + 1) // 2)
