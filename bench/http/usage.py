"""What processes take of the machine, with all that they start."""
# pyright: reportUnknownMemberType=false
# psutil has no types of its own.

from contextlib import suppress
from dataclasses import dataclass

import psutil

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds on the processor since the process began, and the largest child's memory in MiB."""

    processor: float
    memory: float


def usage_of(pid: int) -> Usage:
    """Read a process and its family; children that ended are counted by their parent."""
    parent = psutil.Process(pid)
    own = parent.cpu_times()
    processor = own.user + own.system + own.children_user + own.children_system
    memory = 0.0
    for child in parent.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # It ended meanwhile: its parent tells its time.
            times = child.cpu_times()
            processor += times.user + times.system + times.children_user + times.children_system
            memory = max(memory, child.memory_info().rss / MIB)
    return Usage(processor, memory or parent.memory_info().rss / MIB)


def children_of(pid: int) -> list[int]:
    """Return the numbers of a process's children, the oldest first."""
    return sorted(child.pid for child in psutil.Process(pid).children())
