"""What passes through a proxy: COMMIT in PostgreSQL's protocol, and requests in HTTP."""

from collections.abc import Callable

Watch = Callable[[bytes], bool]
"""Told everything that a client sends, in order; says whether what it waits for was just sent."""

_STARTUP, _HEAD, _LENGTH = 196_608, 8, 5
_COMMIT = b"COMMIT"


class CommitWatch:
    """Says when a client sends COMMIT, as text or as a statement that it has prepared."""

    def __init__(self) -> None:
        """Begin before the first byte of a connection."""
        self._waiting = b""
        self._is_open = False
        self._prepared: set[bytes] = set()

    def __call__(self, data: bytes) -> bool:
        """Take what was sent next."""
        self._waiting += data
        if not self._is_open:
            self._open()
        return self._is_open and self._read()

    def _open(self) -> None:
        """Pass over the requests before the startup message, which have no type."""
        while not self._is_open and len(self._waiting) >= _HEAD:
            length = int.from_bytes(self._waiting[:4])
            self._is_open = int.from_bytes(self._waiting[4:8]) == _STARTUP
            self._waiting = self._waiting[length:]

    def _read(self) -> bool:
        commits = False
        while len(self._waiting) >= _LENGTH:
            end = 1 + int.from_bytes(self._waiting[1:_LENGTH])
            if len(self._waiting) < end:
                break
            commits |= self._is_commit(self._waiting[:1], self._waiting[_LENGTH:end])
            self._waiting = self._waiting[end:]
        return commits

    def _is_commit(self, kind: bytes, body: bytes) -> bool:
        if kind == b"Q":
            return _is_word(body)
        if kind not in {b"P", b"B"}:
            return False
        first, second, *_ = body.split(b"\0", 2)
        if kind == b"B":  # Portal, then the statement that it is of.
            return second in self._prepared
        if _is_word(second):
            self._prepared.add(first)
        else:
            self._prepared.discard(first)
        return False


class RequestWatch:
    """Says when a client sends a GraphQL request."""

    def __call__(self, data: bytes) -> bool:
        """Take what was sent next."""
        return data.startswith(b"POST /graphql")


def _is_word(text: bytes) -> bool:
    return text.rstrip(b"\0 ;").upper() == _COMMIT
