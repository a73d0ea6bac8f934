"""The web server's main process: it holds the port, and replaces its workers one by one.

It imports none of the application, so that workers of a newer version can follow on older ones
while nobody is refused: `tributary restart`. The workers take connections from one queue, which
outlives each of them; with a queue each, as granian has it, those in the queue of a worker that
stops would be reset.
"""

# Granian says few of its types, and what we build on belongs to the inside of its server.
# pyright: reportUnknownMemberType=false, reportPrivateUsage=false, reportCallIssue=false
# pyright: reportUnknownArgumentType=false

import argparse
import fcntl
import gc
import importlib
import logging
import multiprocessing
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from granian._granian import SocketHolder
from granian.server.mp import MPServer

from launch.leaving import LEAVE, LEAVE_SECONDS, Leaving

READY_SECONDS = 60.0
STOP_SECONDS = LEAVE_SECONDS + 12
BACKLOG = 1_024
REPLACED, KEPT = "replaced", "kept"
log = logging.getLogger("_granian")


class RollingServer(MPServer):
    """Granian, but with one queue of connections, and workers replaced when the new ones serve."""

    def __init__(self, *words: Any, outcome: Path | None, **more: Any) -> None:
        """Prepare it; each replacement's outcome is written to a file."""
        super().__init__(*words, **more)
        self._outcome = outcome
        self._hearing, self.speaking = os.pipe()

    def _init_shared_socket(self) -> None:
        if sys.platform != "linux":
            super()._init_shared_socket()
            return
        family = socket.AF_INET6 if ":" in self.bind_addr else socket.AF_INET
        address = (self.bind_addr, self.bind_port)
        listening = socket.create_server(address, family=family, backlog=BACKLOG)
        os.set_blocking(listening.fileno(), False)
        os.set_inheritable(listening.fileno(), True)  # noqa: FBT003  # it has no name
        self._ssp, self._sso = None, listening
        self._shd = SocketHolder(listening.fileno(), False, BACKLOG)  # noqa: FBT003  # no socket of files

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        """Start as many at once as leave a processor to others, and the next when these serve.

        All at once would share the processors, and each would serve as late as the last.
        """
        if sys.platform != "linux":
            super()._spawn_workers(spawn_target, target_loader)
            return
        begun: list[Any] = []
        for indexes in starts(self.workers, len(os.sched_getaffinity(0))):
            self._await(begun)
            begun = [self._spawn_worker(index, spawn_target, target_loader) for index in indexes]
            for worker in begun:
                worker.start()
            self.wrks += begun
        self._metrics.incr_spawn(self.workers)

    def _await(self, workers: Sequence[Any]) -> None:
        """Return once each of them serves or has ended, or all are to end."""
        silent = {str(worker.inner.pid): worker.inner for worker in workers}
        deadline = time.monotonic() + READY_SECONDS
        while silent and not self.interrupt_signal and time.monotonic() < deadline:
            silent = {number: each for number, each in silent.items() if each.is_alive()}
            for number in self._told():
                silent.pop(number, None)

    def _told(self) -> list[str]:
        """Return the numbers of workers that have just said that they serve."""
        heard, _, _ = select.select([self._hearing], [], [], 0.05)
        return os.read(self._hearing, 4_096).decode().split() if heard else []

    def _reload(self, spawn_target: Any, target_loader: Any) -> None:
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        replaced = all(
            self._replace(index, spawn_target, target_loader) for index in range(self.workers)
        )
        if self._outcome:
            self._outcome.write_text(f"{time.time_ns()} {REPLACED if replaced else KEPT}\n")

    def _replace(self, index: int, spawn_target: Any, target_loader: Any) -> bool:
        """Start a worker beside an old one, which goes once the new one serves, else stays."""
        old = self.wrks[index]
        new = self._spawn_worker(index, spawn_target, target_loader)
        new.inner.start()
        if not self._is_ready(new.inner):
            log.error("The new worker did not come up; the old one goes on.")
            new.inner.kill()
            new.inner.join()
            return False
        new._watch()  # noqa: SLF001  # as granian does right after a start
        self.wrks[index] = new
        old.interrupt_by_parent = True
        os.kill(int(old.inner.pid), LEAVE)
        old.join(STOP_SECONDS)
        if old.is_alive():
            old.kill()
            old.join()
        return True

    def _is_ready(self, worker: Any) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and worker.is_alive():
            if str(worker.pid) in self._told():
                return True
        return False


def starts(workers: int, processors: int) -> list[range]:
    """Return the indexes of the workers that start together, in their order."""
    at_once = max(1, processors - 1)
    return [range(first, min(first + at_once, workers)) for first in range(0, workers, at_once)]


def load(target: str, speaking: int) -> Callable[..., Any]:
    """Build the application in a worker, which says on a pipe that it serves."""
    module, _, factory = target.partition(":")
    gc.disable()  # What a start makes stays: looking for garbage in it takes a sixth of the start.
    leaving = Leaving(getattr(importlib.import_module(module), factory)())
    gc.enable()

    async def announced(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                leaving.heed()
                os.write(speaking, f"{os.getpid()} ".encode())

        await leaving(scope, receive, sending if scope["type"] == "lifespan" else send)

    return announced


def _end_what_only_loads() -> None:
    """Let a signal end a forked worker that has not yet said how it heeds one.

    It would inherit how this process heeds it, by noting it for a loop that the worker does not
    have: the signal would be lost, and whoever sent it would wait for the worker's end for ever.
    """
    ends = (signal.SIGTERM, signal.SIGINT)

    def heed() -> None:
        for number in ends:
            signal.signal(number, signal.SIG_DFL)
        release()

    def release() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)

    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, ends),
        after_in_parent=release,
        after_in_child=heed,
    )


def _note_number(path: Path) -> int:
    """Write our number into a file that stays locked for as long as we live."""
    opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(opened, fcntl.LOCK_EX)
    os.ftruncate(opened, 0)
    os.write(opened, str(os.getpid()).encode())
    return opened


def main() -> None:
    """Serve until a signal: SIGHUP replaces the workers, SIGTERM and SIGINT end all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--number", type=Path)
    parser.add_argument("--outcome", type=Path)
    parser.add_argument("application")
    words = parser.parse_args()
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # Workers inherit the queue and the pipe.
        _end_what_only_loads()
    server = RollingServer(
        words.application,
        words.host,
        words.port,
        interface="asgi",
        workers=words.workers,
        factory=True,
        # One that dies is replaced while the others serve; where two die at once, all start anew.
        respawn_failed_workers=True,
        outcome=words.outcome,
    )
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # Until it has workers to replace.
    kept_open = _note_number(words.number) if words.number else None
    server.serve(target_loader=partial(load, speaking=server.speaking))
    if kept_open is not None:
        os.close(kept_open)


if __name__ == "__main__":
    main()
