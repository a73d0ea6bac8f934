"""Threads of its own for a queue, so that what hangs in one holds up none of the others."""

import threading
from datetime import timedelta

import dramatiq
from dramatiq import Broker, Middleware


class OwnThreads(Middleware):
    """Works on the queues of another broker beside, in the same process and event loop."""

    def __init__(self, beside: Broker, number: int, drain: timedelta) -> None:
        """Start nothing before the process has forked; jobs that run at the end have a drain."""
        self._beside = beside
        self._worker = dramatiq.Worker(beside, worker_threads=number)
        self._stopping = threading.Thread(
            target=self._worker.stop, args=(int(drain.total_seconds() * 1_000),)
        )

    def after_worker_boot(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """Begin when the event loop runs."""
        del broker, worker
        self._worker.start()

    def before_worker_shutdown(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """Begin to end, together with everything else."""
        del broker, worker
        self._stopping.start()

    def after_worker_shutdown(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """End before the event loop does."""
        del broker, worker
        self._stopping.join()
        self._beside.close()
