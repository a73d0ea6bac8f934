"""Recognise and end a server that another process left running on our cluster."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from launch.postgres.layout import Layout

SHUTDOWN_SECONDS = 30.0
POLL_SECONDS = 0.01


def live_postmaster(layout: Layout) -> int | None:
    """Find the process that really serves our cluster; a number in a file proves nothing."""
    pid = _recorded_pid(layout)
    return pid if pid is not None and _serves(pid, layout.cluster) else None


def retire(layout: Layout) -> None:
    """End a server that nobody supervises, and clear what a dead one left in the way.

    It is ended rather than kept: on Linux it may already be shutting down because its owner
    died, and only a direct child can be reaped and tied to our life.
    """
    if not _ends(layout, signal.SIGINT, SHUTDOWN_SECONDS):
        _ends(layout, signal.SIGQUIT, SHUTDOWN_SECONDS)
    _forget_dead_pid(layout)
    for leftover in layout.socket.glob(".s.PGSQL.*"):
        leftover.unlink()


def _ends(layout: Layout, number: signal.Signals, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    pid = live_postmaster(layout)
    if pid is not None:
        os.kill(pid, number)
    while pid is not None and _serves(pid, layout.cluster):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _forget_dead_pid(layout: Layout) -> None:
    """Put our own number in the place of a dead server's one.

    A number that lives again elsewhere, or a zombie that nobody reaps, would block the start for
    ever. PostgreSQL ignores its parent's number but still checks the shared memory recorded
    further down in the file, which deleting the file would prevent.
    """
    path = layout.cluster / "postmaster.pid"
    if path.exists():
        _, _, rest = path.read_text().partition("\n")
        path.write_text(f"{os.getpid()}\n{rest}")


def _recorded_pid(layout: Layout) -> int | None:
    try:
        first = (layout.cluster / "postmaster.pid").read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdecimal() else None


def _serves(pid: int, cluster: Path) -> bool:
    program, arguments = _command(pid)
    return Path(program).name == "postgres" and str(cluster) in arguments


def _command(pid: int) -> tuple[str, str]:
    if sys.platform == "linux":
        words = _linux_command(pid)
    else:
        words = _listed_command(pid)
    program, _, arguments = words.partition(" ")
    return program, arguments


def _linux_command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _listed_command(pid: int) -> str:
    listing = ["/bin/ps", "-p", str(pid), "-o", "command="]
    return subprocess.run(listing, check=False, text=True, capture_output=True).stdout
