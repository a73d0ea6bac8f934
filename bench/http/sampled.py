"""The product's application with a sampler inside, to see where its processor time goes.

The clock is the process's own, so that other programs on the machine do not show. `SIGUSR1`
starts a profile, `SIGUSR2` writes it to `profile.txt` in the data directory.
"""

import os
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

from starlette.types import ASGIApp

from app import asgi

PROFILE = "profile.txt"
START, STOP = signal.SIGUSR1, signal.SIGUSR2
_EVERY_SECONDS = 0.003
_LIBRARIES = "site-packages/"
_ROOT = f"{Path(__file__).resolve().parents[2]}/"


class Sampler:
    """Counts what the main thread is doing, each time the process has used so much processor."""

    def __init__(self, path: Path) -> None:
        """Listen to the signals; call it in the main thread."""
        self._path = path
        self._stacks: Counter[tuple[str, ...]] = Counter()
        signal.signal(START, self._start)
        signal.signal(STOP, self._stop)
        signal.signal(signal.SIGPROF, self._sample)

    def _start(self, _number: int, _frame: FrameType | None) -> None:
        self._stacks.clear()
        signal.setitimer(signal.ITIMER_PROF, _EVERY_SECONDS, _EVERY_SECONDS)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        scratch = self._path.with_suffix(".new")
        lines = (f"{';'.join(stack)} {times}\n" for stack, times in self._stacks.items())
        scratch.write_text("".join(lines))
        scratch.rename(self._path)

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        stack: list[str] = []
        while frame is not None:
            code = frame.f_code
            file = code.co_filename.rpartition(_LIBRARIES)[2].removeprefix(_ROOT)
            stack.append(f"{code.co_qualname} ({file}:{code.co_firstlineno})")
            frame = frame.f_back
        self._stacks[tuple(reversed(stack))] += 1


def create_application() -> ASGIApp:
    """Build the product's application, ready to be profiled."""
    Sampler(Path(os.environ["TRIBUTARY_DATA"]) / PROFILE)
    return asgi.create_application()
