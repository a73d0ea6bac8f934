"""Count SQL statements: their number must not depend on the number of rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

_is_uncounted = ContextVar("is_uncounted", default=False)


@contextmanager
def uncounted() -> Iterator[None]:
    """Let no counter see the statements of this task: they only check what was answered."""
    token = _is_uncounted.set(True)
    try:
        yield
    finally:
        _is_uncounted.reset(token)


class StatementCounter:
    """Notes every statement of every engine of this process; a batch counts once a row."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def start(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._note)

    def stop(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """Collect the statements sent inside the block, in order."""
        start = len(self.seen)
        found: list[str] = []
        yield found
        found.extend(self.seen[start:])

    def _note(
        self,
        _connection: Any,
        _cursor: Any,
        statement: str,
        rows: Any,
        _context: Any,
        many: bool,  # noqa: FBT001  # the event's own signature
    ) -> None:
        if _is_uncounted.get():
            return
        # One INSERT of many rows is announced as "many" too, its parameters in one dict.
        self.seen += [statement] * (len(rows) if many and not isinstance(rows, dict) else 1)
