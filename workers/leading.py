"""Threads beside the jobs, of which one process of all does the work: whoever holds the lock."""

import logging
import threading
from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

import dramatiq
from dramatiq import Broker, Middleware

from workers.connecting import OPTIONS, PatientConnection, address_of
from workers.patience import FIRST_PAUSE_SECONDS, LOCK_SECONDS, LONGEST_PAUSE_SECONDS

Connection = PatientConnection
ENDING_SECONDS = 2.0


class Leader(ABC):
    """Leads while it holds its advisory lock, and waits for the lock otherwise."""

    name: ClassVar[str]
    lock: ClassVar[int]
    idle_seconds: ClassVar[int] = 0
    """After how long without a word of the leader the server takes the lock from it; 0 is never."""

    def __init__(self, database_url: str) -> None:
        """Connect to nothing yet."""
        self._url = database_url
        self._stopping = threading.Event()

    @abstractmethod
    def lead(self, connection: Connection) -> None:
        """Do the work until stopped; the lock is gone when `connection` is."""

    def stop(self) -> None:
        """Let `run` end soon."""
        self._stopping.set()

    def run(self) -> None:
        """Lead or wait until stopped, through lost connections."""
        log = logging.getLogger(f"tributary.{self.name}")
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                with self._connected() as connection:
                    pause = FIRST_PAUSE_SECONDS
                    self._wait_for_lock(connection)
                    self.lead(connection)
            except Exception:  # A worker that lost its leader would look healthy.
                log.warning("%s was interrupted; trying again", self.name, exc_info=True)
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _connected(self) -> Connection:
        options = f"{OPTIONS} -c idle_session_timeout={self.idle_seconds}s"
        return PatientConnection.connect(address_of(self._url), autocommit=True, options=options)

    def _wait_for_lock(self, connection: Connection) -> None:
        while not self._stopping.is_set() and not self._has_lock(connection):
            self._stopping.wait(LOCK_SECONDS)

    def _has_lock(self, connection: Connection) -> bool:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [self.lock]).fetchone()
        return row == (True,)


class Companion(Protocol):
    """What runs beside the jobs until it is stopped."""

    name: ClassVar[str]

    def run(self) -> None:
        """Work until stopped."""
        ...

    def stop(self) -> None:
        """Let `run` end soon."""
        ...


class Beside(Middleware):
    """Runs a companion, such as a leader, beside the jobs in a thread of each worker process."""

    def __init__(self, leader: Companion) -> None:
        """Start nothing before the process has forked."""
        self._leader = leader
        self._thread = threading.Thread(target=leader.run, name=leader.name, daemon=True)

    def after_worker_boot(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """Begin when jobs can run."""
        del broker, worker
        self._thread.start()

    def before_worker_shutdown(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """End before the broker closes."""
        del broker, worker
        self._leader.stop()
        self._thread.join(timeout=ENDING_SECONDS)
