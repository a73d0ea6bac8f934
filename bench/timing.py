"""Medians of repeated runs: wall time, and time on the processor alone."""

import gc
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

MS = 1_000.0
_WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report, in milliseconds; `most` is what the issue allows of `cpu`."""

    name: str
    wall: float
    cpu: float | None = None
    statements: int | None = None
    most: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is met, in words."""
        if self.most is None:
            return ""
        spent = self.wall if self.cpu is None else self.cpu
        return "met" if spent <= self.most else f"missed by {spent / self.most:.1f}x"


def on_processor(
    name: str, run: Callable[[], object], times: int, most: float | None = None
) -> Measured:
    """Measure pure computing, without the garbage of others."""
    for _ in range(_WARM_UP):
        run()
    walls: list[float] = []
    cpus: list[float] = []
    with _no_collection():
        for _ in range(times):
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
    return Measured(name, median(walls) * MS, median(cpus) * MS, most=most)


async def repeated(run: Callable[[], Awaitable[object]], times: int) -> tuple[float, float]:
    """Return the median wall and processor time of an operation of this process."""
    for _ in range(_WARM_UP):
        await run()
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        await run()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return median(walls) * MS, median(cpus) * MS


@contextmanager
def _no_collection() -> Generator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
