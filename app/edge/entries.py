"""One operation of a socket, or one event, as its own line in the log and count in the metrics."""

import time
from collections.abc import Sequence
from contextvars import Token
from types import TracebackType
from typing import Self

from app.edge.answers import status_of
from app.edge.cors import ENDPOINT
from app.edge.trail import Ended, Report
from app.kernel.errors import DomainError, Overload
from app.kernel.footprint import FOOTPRINT, Footprint

_OK, _FAILED = 200, 500


class Entry:
    """Gathers in a footprint of its own what happens inside; reported with the socket's id."""

    __slots__ = ("_began", "_footprint", "_reports", "_token", "is_reported", "method", "status")

    def __init__(self, reports: Sequence[Report], method: str) -> None:
        """Report it unless told to leave it out."""
        outer = FOOTPRINT.get()
        self._footprint = Footprint(outer.request_id if outer else "")
        self._reports, self.method = reports, method
        self._token: Token[Footprint | None] | None = None
        self._began = 0.0
        self.status, self.is_reported = _OK, True

    def __enter__(self) -> Self:
        """Begin."""
        self._token = FOOTPRINT.set(self._footprint)
        self._began = time.perf_counter()
        return self

    def begin(self) -> None:
        """Count time from now on: what came before was waiting for something to happen."""
        self._began, self.is_reported = time.perf_counter(), True

    def stopped_by(self, error: DomainError) -> None:
        """Report it as a POST would be answered that met this error before it began."""
        if isinstance(error, Overload):
            self.status = status_of(error)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Report it."""
        footprint = self._footprint
        if self._token is not None:
            FOOTPRINT.reset(self._token)
        outer = FOOTPRINT.get()
        if outer is not None and outer.tenant_id is None:
            outer.tenant_id, outer.membership_id = footprint.tenant_id, footprint.membership_id
        if not self.is_reported:
            return
        if footprint.overload is not None:
            self.status = status_of(footprint.overload)
        status = _FAILED if isinstance(error, Exception) else self.status
        seconds = time.perf_counter() - self._began
        for report in self._reports:
            report(Ended(self.method, ENDPOINT, status, seconds, footprint))
