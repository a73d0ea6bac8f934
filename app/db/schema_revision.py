"""Which schema this code needs: the newest of its own migrations."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "migrations" / "versions"
_LINE = re.compile(r'^(revision|down_revision)\b[^=\n]*= "(\w+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Revisions:
    """The migrations of this code; a revision that is none of them is of newer code."""

    newest: str
    known: frozenset[str]

    def suit(self, found: set[str]) -> bool:
        """Whether a schema will do: the newest one, or one that newer code has led further.

        Migrations only add to what older code needs, so servers go on serving while they are
        replaced.
        """
        return found == {self.newest} or (bool(found) and not found & self.known)


def own_revisions(folder: Path = FOLDER) -> Revisions:
    """Read the migrations' heads without running them."""
    lines = [
        line for path in folder.glob("*.py") for line in _LINE.findall(path.read_text("utf-8"))
    ]
    known = {revision for kind, revision in lines if kind == "revision"}
    (newest,) = known - {revision for kind, revision in lines if kind == "down_revision"}
    return Revisions(newest, frozenset(known))
