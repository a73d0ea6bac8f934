"""Replace the web server's workers one by one, while requests are answered."""

import fcntl
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from launch.errors import LaunchError
from launch.postgres.postmaster import POLL_SECONDS
from launch.web import READY_SECONDS, REPLACED, STOP_SECONDS


@dataclass(eq=False)
class NotServing(LaunchError):
    """No web server runs on the data directory."""

    text: ClassVar = "No web server runs on {data}."
    remedy: ClassVar = "Start it with `tributary serve`; TRIBUTARY_DATA names another directory."
    data: Path


@dataclass(eq=False)
class NotReplaced(LaunchError):
    """The new workers did not come up, so the old ones go on serving."""

    text: ClassVar = "The new web processes did not come up; the old ones go on serving."
    remedy: ClassVar = "Look into the web server's log for why, mend it and repeat."


def told(data: Path) -> list[str]:
    """Words for the web server: where it notes its number and how replacements ended."""
    return ["--number", str(_number(data)), "--outcome", str(_outcome(data))]


def restart(data: Path, workers: int) -> None:
    """Return once all workers have been replaced; raises `NotReplaced` when the old ones stayed."""
    pid, before = _running(data), _last(data)
    os.kill(pid, signal.SIGHUP)
    deadline = time.monotonic() + workers * (READY_SECONDS + STOP_SECONDS)
    while (outcome := _last(data)) == before:
        if time.monotonic() > deadline or _running(data) != pid:
            raise NotReplaced
        time.sleep(POLL_SECONDS)
    if not outcome.endswith(REPLACED):
        raise NotReplaced


def _running(data: Path) -> int:
    """Find the web server: it holds a lock on its number, which ends with it."""
    try:
        with _number(data).open() as opened:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        raise NotServing(data) from None
    except BlockingIOError:
        return int(_number(data).read_text())
    raise NotServing(data)


def _last(data: Path) -> str:
    return _outcome(data).read_text().strip() if _outcome(data).exists() else ""


def _number(data: Path) -> Path:
    return data / "web.pid"


def _outcome(data: Path) -> Path:
    return data / "web.restarted"
