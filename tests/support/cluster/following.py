"""Follow what is really sent, and hold each new statement against the rules of a cluster."""

import re
from typing import Any

from pglast.parser import ParseError
from sqlalchemy import Engine, event

from app.db import database
from tests.support.cluster.judging import faults

APP = "tributary_app"
MEANT: dict[str, str] = {
    r"WHERE organisation\.id = ANY \(\$1::UUID\[\]\) ORDER BY organisation\.name$": (
        "the driver's own test asks what the policy alone lets through"
    ),
}
"""Statements that break a rule and are meant, by a pattern of their text, each with the reason."""


class Following:
    """Notes the faults of statements that were not seen before, as the application sends them.

    Migrations are not its, nor is what tests write as the schema's owner, or send while they keep
    the application from naming its tenant.
    """

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.found: list[str] = []

    def start(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._read)

    def stop(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._read)

    def _read(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        is_ours = connection.dialect.is_async and connection.engine.url.username == APP
        if not is_ours or statement in self.seen or not _names_its_tenant():
            return
        self.seen.add(statement)
        if not any(re.search(pattern, statement) for pattern in MEANT):
            self.found += [f"{fault}, in\n{statement}" for fault in _faults(statement)]


def _faults(statement: str) -> tuple[str, ...]:
    try:
        return faults(statement)
    except ParseError:  # The database refuses it as well, and tells whoever sent it.
        return ()


def _names_its_tenant() -> bool:
    naming = database._name_the_tenant  # noqa: SLF001  # what tests take away
    return event.contains(database._Tenanted, "do_orm_execute", naming)  # noqa: SLF001
