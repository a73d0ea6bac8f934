"""Threads of its own for a queue, so that what hangs in one holds up none of the others."""

import threading

import dramatiq
from dramatiq import Broker, Middleware

DRAIN_MS = 10_000  # As the launcher gives the queue that dramatiq itself runs.


class OwnThreads(Middleware):
    """Works on the queues of another broker beside, in the same process and event loop."""

    def __init__(self, beside: Broker, number: int) -> None:
        """Start nothing before the process has forked."""
        self._beside = beside
        self._worker = dramatiq.Worker(beside, worker_threads=number)
        self._stopping = threading.Thread(target=self._worker.stop, args=(DRAIN_MS,))

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
