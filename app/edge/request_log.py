"""The request log: a line of JSON a request, on standard output, with nothing a caller wrote.

No variables, texts, tokens, addresses or names of people: who it was stands there as identifiers.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from operator import attrgetter
from typing import Protocol

import orjson

from app.edge.trail import Ended

_FLUSH_SECONDS = 0.2
_FLUSH_BYTES = 64 * 1024
_USED = {
    "operation": "operation",
    "tenant": "tenant_id",
    "membership": "membership_id",
    "requested_cost": "requested",
    "spent_cost": "spent",
    "statements": "statements",
    "fallback": "fallback",
    "incident": "incident",
}
_used = attrgetter(*_USED.values())
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


class Output(Protocol):
    """Where lines go."""

    def write(self, text: str, /) -> object:
        """Take some lines."""
        ...

    def flush(self) -> object:
        """Hand them on."""
        ...


class RequestLog:
    """Writes lines together, five times a second: a process that is killed loses the last few."""

    def __init__(self, output: Output | None = None) -> None:
        """Write to standard output, or elsewhere."""
        self._output = output
        self._lines: list[bytes] = []
        self._bytes = 0
        self._pending: asyncio.TimerHandle | None = None

    def report(self, ended: Ended) -> None:
        """Write the line of a request; probes leave one only when they fail."""
        if ended.path in _QUIET and ended.status < 400:  # noqa: PLR2004  # an HTTP status
            return
        line = orjson.dumps(entry(ended), option=orjson.OPT_APPEND_NEWLINE)
        self._lines.append(line)
        self._bytes += len(line)
        if self._bytes > _FLUSH_BYTES:
            self.flush()
        elif self._pending is None:
            self._pending = asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Hand on what waits."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None
        if self._lines:
            text = b"".join(self._lines).decode()
            self._lines.clear()
            self._bytes = 0
            output = self._output or sys.stdout
            output.write(text)
            output.flush()


def entry(ended: Ended) -> dict[str, object]:
    """Return what is said of a request: what is empty is left out."""
    footprint = ended.footprint
    said: dict[str, object] = {
        "time": datetime.fromtimestamp(time.time() - ended.seconds, UTC),
        "request": footprint.request_id,
        "method": ended.method,
        "path": ended.path,
        "status": ended.status,
        "milliseconds": round(ended.seconds * 1_000, 2),
    }
    used = zip(_USED, _used(footprint), strict=True)
    said |= {name: value for name, value in used if value}
    if footprint.waited:
        said["waited_milliseconds"] = footprint.waited / 1_000
    return said
