"""The outside ledger: what was meant, noted before it is sent, and what was answered."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Fate(StrEnum):
    """What a client knows of an intent in the end."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    REFUSED = "REFUSED"
    UNANSWERED = "UNANSWERED"


@dataclass(frozen=True, slots=True)
class Intent:
    """Something a client meant to have happen once, under a key that only it uses.

    `result` is what the answer named: an id, or the code of a refusal.
    """

    key: str
    tenant: str
    operation: str
    fate: Fate
    result: str
    seconds: float


class Ledger:
    """A file that only grows; each line is there before the next step is taken."""

    def __init__(self, path: Path) -> None:
        """Begin a new file."""
        self._file = path.open("x", buffering=1)
        self.path = path
        self.acknowledged = 0

    def intend(self, key: str, tenant: str, operation: str) -> None:
        """Note what will be sent."""
        self._note(key=key, tenant=tenant, operation=operation)

    def close_intent(self, key: str, fate: Fate, result: str, seconds: float) -> None:
        """Note what came of it."""
        self.acknowledged += fate is Fate.ACKNOWLEDGED
        self._note(key=key, fate=fate, result=result, seconds=round(seconds, 3))

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def _note(self, **line: Any) -> None:
        self._file.write(json.dumps(line) + "\n")


def read_ledger(path: Path) -> Iterator[Intent]:
    """Read the intents of a file in their order; those never closed are unanswered."""
    meant: dict[str, dict[str, Any]] = {}
    for line in path.read_text().splitlines():
        noted: dict[str, Any] = json.loads(line)
        meant.setdefault(noted["key"], {}).update(noted)
    for key, noted in meant.items():
        yield Intent(
            key,
            noted["tenant"],
            noted["operation"],
            Fate(noted.get("fate", Fate.UNANSWERED)),
            noted.get("result", ""),
            noted.get("seconds", 0.0),
        )
