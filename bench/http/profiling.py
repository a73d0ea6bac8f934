"""Where a server spends its processor time under load, as its sampler counted."""

import os
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.http.sampled import PROFILE, START, STOP

_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Part:
    """A function or a package, and its share of all samples: alone, and with what it calls."""

    name: str
    own: float
    whole: float


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of a worker's processor time while it ran a workload, the dearest first.

    What runs inside one of SQLAlchemy's greenlets counts for its callers there, not beyond.
    """

    workload: str
    samples: int
    functions: tuple[Part, ...]
    packages: tuple[Part, ...]


class Sampling:
    """A profile under way in a worker process that listens to the sampler's signals."""

    def __init__(self, workload: str, pid: int, scratch: Path) -> None:
        """Start it."""
        self._workload = workload
        self._pid = pid
        self._path = scratch / PROFILE
        self._path.unlink(missing_ok=True)
        os.kill(pid, START)

    def end(self) -> Profile:
        """Have it written, and count it."""
        os.kill(self._pid, STOP)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._path.exists():
            if time.monotonic() > deadline:
                raise TimeoutError("the server wrote no profile")
            time.sleep(_POLL_SECONDS)
        return profile_of(self._workload, self._path.read_text().splitlines())


def profile_of(workload: str, lines: Iterable[str]) -> Profile:
    """Count stacks: frames from the outermost with semicolons between, then how often."""
    functions, packages = _Shares(), _Shares()
    for line in lines:
        stack, _, times = line.rpartition(" ")
        frames = stack.split(";")
        functions.count(frames, int(times))
        packages.count([_package(frame) for frame in frames], int(times))
    return Profile(workload, functions.samples, functions.parts(), packages.parts())


class _Shares:
    def __init__(self) -> None:
        self.samples = 0
        self._own: Counter[str] = Counter()
        self._whole: Counter[str] = Counter()

    def count(self, stack: list[str], times: int) -> None:
        self.samples += times
        self._own[stack[-1]] += times
        for name in set(stack):
            self._whole[name] += times

    def parts(self) -> tuple[Part, ...]:
        """Return the dearest first."""
        most = max(1, self.samples)
        named = sorted(self._whole, key=lambda name: (-self._own[name], -self._whole[name], name))
        return tuple(Part(name, self._own[name] / most, self._whole[name] / most) for name in named)


def _package(frame: str) -> str:
    file = frame.rpartition(" (")[2]
    parts = file.split("/")
    if parts[0] == "app" and len(parts) > 2:  # noqa: PLR2004  # the package and a module in it
        return f"app/{parts[1]}"
    is_library = not file.startswith(("/", "<")) and len(parts) > 1
    return parts[0] if is_library else "python"
