"""Follow what is really sent, and hold each new statement against the rules of a cluster."""

import re
from typing import Any

from sqlalchemy import Engine, event

from tests.support.cluster.judging import faults

MEANT: dict[str, str] = {}
"""Statements that break a rule and are meant, by a pattern of their text, each with the reason."""


class Following:
    """Notes the faults of statements that were not seen before; migrations run on no cluster."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.found: list[str] = []

    def start(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._read)

    def stop(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._read)

    def _read(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement in self.seen or not connection.dialect.is_async:
            return
        self.seen.add(statement)
        if not any(re.search(pattern, statement) for pattern in MEANT):
            self.found += [f"{fault}, in\n{statement}" for fault in faults(statement)]
