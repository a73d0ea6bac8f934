"""RabbitMQ in the laboratory, where the machine has it; and the ways to break it."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import ClassVar

from chaos.faults import Fault, half_of
from chaos.installation import Installation
from chaos.ports import held_port
from launch.errors import LaunchError
from launch.rabbitmq.programs import HOW_TO_INSTALL, UNPACKED, find_programs
from launch.rabbitmq.server import Ports, RabbitServer


@dataclass(eq=False)
class NoRabbit(LaunchError):
    """The machine has no RabbitMQ."""

    text: ClassVar = "There is no RabbitMQ to break."
    remedy: ClassVar = f"{HOW_TO_INSTALL}."


@contextmanager
def rabbit_in(folder: Path, unpacked: Path = UNPACKED) -> Generator[RabbitServer]:
    """Describe a server whose ports nobody else is given; raises `NoRabbit`."""
    programs = find_programs(unpacked)
    if programs is None:
        raise NoRabbit
    folder.mkdir(parents=True)
    with ExitStack() as held:
        ports = [held.enter_context(held_port()) for _ in range(3)]
        yield RabbitServer(programs, folder.absolute(), Ports(*ports))


async def _kill(place: Installation, _random: Random) -> str:
    rabbit = place.rabbit
    assert rabbit is not None
    await place.by_hand(rabbit.kill)
    await place.by_hand(rabbit.start)
    return "killed RabbitMQ and started it again"


async def _cut(place: Installation, _random: Random) -> str:
    return f"cut {place.to_broker.cut(place.to_broker.open)} connections to RabbitMQ"


async def _silence(place: Installation, random: Random) -> str:
    number = place.to_broker.silence(half_of(place.to_broker.open, random))
    return f"{number} connections to RabbitMQ fell silent for ever"


BROKER_FAULTS: Sequence[Fault] = (
    Fault("broker-killed", _kill, hits_worker=True),
    Fault("broker-cut", _cut, hits_worker=True),
    Fault("broker-silent", _silence, hits_worker=True),
)
"""Beside all others, where RabbitMQ carries the jobs."""
