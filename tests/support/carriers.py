"""What carries jobs in tests: the database, and RabbitMQ where the machine has it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from launch.rabbitmq.programs import HOW_TO_INSTALL, Programs, find_programs
from launch.rabbitmq.server import Ports, RabbitServer
from tests.support.ports import held_port

_PROJECT = Path(__file__).parents[2]
_PROGRAMS = find_programs(_PROJECT / ".cache" / "rabbitmq")
CARRIERS = (
    "database",
    pytest.param(
        "rabbitmq", marks=pytest.mark.skipif(_PROGRAMS is None, reason=f"{HOW_TO_INSTALL}.")
    ),
)


@contextmanager
def rabbit_served(folder: Path) -> Iterator[RabbitServer]:
    """A RabbitMQ node of the block's own."""
    programs: Programs | None = _PROGRAMS
    assert programs is not None
    with ExitStack() as held:
        ports = Ports(*(held.enter_context(held_port()) for _ in range(3)))
        server = RabbitServer(programs, folder, ports)
        server.start()
        try:
            yield server
        finally:
            server.stop()
