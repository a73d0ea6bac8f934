"""The load client, a process of its own: `python -m bench.http.load SPEC`.

A closed loop: each connection sends its next request when its answer has come. It knows just
enough HTTP for answers of a known length, so that it takes little of the machine it shares with
the server; what it takes is told with the result.
"""

import gc
import json
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Self

BEGIN, END = "begin", "end"
KEY_MARK = "KEY-OF-THIS-REQUEST-ALONE"
"""Stands in a request where each sending needs another text, of this length."""

_PATIENCE_SECONDS = 20.0
_POLL_MS = 200
_CHUNK = 1 << 20
_HEAD_END, _LENGTH = b"\r\n\r\n", b"content-length:"
_OK = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True)
class Spec:
    """What to send: `requests` in turn, over so many connections, for so long after warming up.

    It ends early after `most` requests. It ends late when there are not yet as many answers as
    connections: at three times the seconds, or with the first answer after that. An answer that
    holds one of `unwanted` is an error.
    """

    host: str
    port: int
    connections: int
    seconds: float
    requests: list[str]
    run: str
    warm: float = 0.0
    most: int = 0
    unwanted: tuple[str, ...] = ('"errors":',)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it back from where `write` wrote it."""
        return cls(**json.loads(path.read_text()))

    def write(self, path: Path) -> None:
        """Hand it to the process that sends."""
        path.write_text(json.dumps(asdict(self)))


@dataclass(slots=True)
class Sent:
    """What came back within the window: seconds each, and what went wrong.

    `sent` counts everything from `BEGIN` to `END`, where nothing is under way: the warm-up, the
    window and what it left; `processor` is what this client took for all that.
    """

    sent: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list[float])
    received_bytes: int = 0
    processor: float = 0.0
    errors: int = 0
    first_error: str = ""


class _Connection:
    __slots__ = ("began", "parts", "socket", "wanted")

    def __init__(self, spec: Spec) -> None:
        self.socket = socket.create_connection((spec.host, spec.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(_PATIENCE_SECONDS)
        self.began = 0.0
        self.wanted = 0
        self.parts: list[bytes] = []

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Return the answer when it is whole; raises `ConnectionError` when the server hung up."""
        received = self.socket.recv(_CHUNK)
        if not received:
            raise ConnectionError("the server closed the connection")
        if self.parts:
            self.parts.append(received)
            received = b"".join(self.parts)
            self.parts.clear()
        if not self.wanted:
            self.wanted = _length(received)
        if self.wanted and len(received) >= self.wanted:
            self.wanted = 0
            return received
        self.parts.append(received)
        return None


class _Client:
    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._bodies = _bodies(spec)
        self._unwanted = [text.encode() for text in spec.unwanted]
        self._poll = select.poll()
        self._all: dict[int, _Connection] = {}
        self._waiting: set[int] = set()
        self._sent = 0
        self.sent = Sent()

    def run(self) -> Sent:
        """Send for as long as asked; the first answers of all connections do not count."""
        for _ in range(self._spec.connections):
            self._open()
        self._settle()
        print(BEGIN, flush=True)  # noqa: T201  # Heard by whoever reads the processors' clocks.
        processor, self._sent = time.process_time(), 0
        for number in self._all:
            self._send(number)
        self._exchange(time.perf_counter() + self._spec.warm, 0)
        measured = self.sent = Sent()
        began = time.perf_counter()
        self._exchange(began + self._spec.seconds, self._spec.most, self._spec.connections)
        measured.seconds = time.perf_counter() - began
        self.sent = Sent()
        self._settle()
        measured.sent, measured.processor = self._sent, time.process_time() - processor
        print(END, flush=True)  # noqa: T201
        return measured

    def _open(self) -> None:
        opened = _Connection(self._spec)
        self._poll.register(opened.socket, select.POLLIN)
        self._all[opened.socket.fileno()] = opened
        self._send(opened.socket.fileno())

    def _send(self, number: int) -> None:
        self._sent += 1
        self._waiting.add(number)
        self._all[number].send(next(self._bodies))

    def _exchange(self, until: float, most: int, least: int = 0) -> None:
        late = until + 2 * self._spec.seconds
        given_up = until + _PATIENCE_SECONDS
        while True:
            now, done = time.perf_counter(), len(self.sent.latencies)
            if now >= until and (done >= least or (done and now >= late) or now >= given_up):
                return
            if most and done >= most:
                return
            for number, _ in self._poll.poll(_POLL_MS):
                if self._take(number):
                    self._send(number)

    def _take(self, number: int) -> bool:
        connection = self._all[number]
        try:
            answer = connection.receive()
        except OSError as failure:
            self._fail(str(failure))
            self._replace(number)
            return False
        if answer is None:
            return False
        self._waiting.discard(number)
        self.sent.latencies.append(time.perf_counter() - connection.began)
        self.sent.received_bytes += len(answer)
        if not answer.startswith(_OK) or any(text in answer for text in self._unwanted):
            self._fail(answer.partition(_HEAD_END)[2][:600].decode(errors="replace"))
        return True

    def _fail(self, reason: str) -> None:
        self.sent.errors += 1
        self.sent.first_error = self.sent.first_error or reason or "an empty answer"

    def _replace(self, number: int) -> None:
        self._poll.unregister(number)
        self._waiting.discard(number)
        self._all.pop(number).socket.close()
        self._open()

    def _settle(self) -> None:
        """Wait until nothing is under way, or for as long as our patience lasts."""
        until = time.perf_counter() + _PATIENCE_SECONDS
        while self._waiting and time.perf_counter() < until:
            for number, _ in self._poll.poll(_POLL_MS):
                self._take(number)


def _bodies(spec: Spec) -> Iterator[bytes]:
    cut = [request.encode().split(KEY_MARK.encode()) for request in spec.requests]
    numbers = count()
    for pieces in cycle(cut):
        if len(pieces) == 1:
            yield pieces[0]
        else:
            key = f"{spec.run}-{next(numbers)}".ljust(len(KEY_MARK), "x")
            yield key.encode().join(pieces)


def _length(received: bytes) -> int:
    head, end, _ = received.partition(_HEAD_END)
    if not end:
        return 0
    found = head.lower().partition(_LENGTH)[2]
    if not found:
        raise ConnectionError("an answer without a length")
    return len(head) + len(end) + int(found.partition(b"\r\n")[0])


def main() -> None:
    """Send what the file says, and print what came back as one line of JSON."""
    spec = Spec.read(Path(sys.argv[1]))
    gc.disable()  # Nothing here makes cycles, and a collection would look like a slow answer.
    print(json.dumps(asdict(_Client(spec).run())))  # noqa: T201  # Read by the process that asked.


if __name__ == "__main__":
    main()
