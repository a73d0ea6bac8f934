"""What work takes of the processor, compared with a yardstick on the machine at hand."""

import gc
import time
from collections.abc import Callable

_TIMES = 5
_STEPS = 1_000_000


def yardsticks(work: Callable[[], object]) -> float:
    """How many times a million steps of a loop it takes, on whatever machine.

    The least of several times counts, of this thread alone and without collections of garbage, so
    that what else the machine and the process do does not show.
    """
    return _least(work) / _least(_steps)


def _least(work: Callable[[], object]) -> float:
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return min(_seconds(work) for _ in range(_TIMES))
    finally:
        if was_collecting:
            gc.enable()


def _seconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _steps() -> None:
    for _ in range(_STEPS):
        pass
