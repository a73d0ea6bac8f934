"""What must be true of a tenant's rows at any moment, written so that one statement finds breaches.

Each package says what must hold of its own tables; `app.books` asks all of them at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from sqlalchemy import RowMapping, TextClause, text

from app.db.work import Work

SAMPLE = 10
"""How many rows of a breach are shown; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that always holds; `breach` says what is wrong where it does not.

    `pairs` selects what is kept, what it should be, and where; rows whose first two columns differ
    break it. `:tenant` names the tenant.
    """

    name: str
    breach: str
    pairs: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold: how many rows break it, and the first of them in words."""

    invariant: Invariant
    rows: int
    sample: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in a line."""
        more = f" and {self.rows - len(self.sample)} more" if self.rows > len(self.sample) else ""
        return f"{self.invariant.breach}: {'; '.join(self.sample)}{more}"


class Book(Protocol):
    """Invariants that are looked at together, in a constant number of statements."""

    @property
    def name(self) -> str:
        """What the book is about, in a word."""
        ...

    @property
    def invariants(self) -> Sequence[Invariant]:
        """All that it looks at."""
        ...

    async def broken(self, work: Work, sample: int = SAMPLE) -> list[Broken]:
        """Return what does not hold, in a stable order."""
        ...


@dataclass(frozen=True)
class SumsBook:
    """A book whose invariants compare two columns; all of them in one statement.

    `shared` are common table expressions that its invariants select from.
    """

    name: str
    shared: str
    invariants: Sequence[Invariant]

    async def broken(self, work: Work, sample: int = SAMPLE) -> list[Broken]:
        """Return what does not hold; one statement."""
        known = {invariant.name: invariant for invariant in self.invariants}
        given = {"tenant": work.tenant_id, "sample": sample}
        rows = (await work.session.execute(self._statement, given)).mappings().all()
        return [
            _broken(known[name], list(found))
            for name, found in groupby(rows, key=itemgetter("name"))
        ]

    @cached_property
    def _statement(self) -> TextClause:
        compared = "\nUNION ALL\n".join(map(_compared, self.invariants))
        return text(f"""
            WITH {self.shared}, breach AS ({compared}), nth_breach AS (
                SELECT *, count(*) OVER (PARTITION BY name) AS breaches,
                    row_number() OVER (PARTITION BY name ORDER BY place, kept) AS nth
                FROM breach
            )
            SELECT name, kept, counted, place, breaches
            FROM nth_breach WHERE nth <= :sample
            ORDER BY name, nth
        """)  # noqa: S608  # our own words, written in code


def _compared(invariant: Invariant) -> str:
    return f"""
        SELECT '{invariant.name}' AS name, kept::text, counted::text, place::text
        FROM ({invariant.pairs}) AS pair (kept, counted, place)
        WHERE kept IS DISTINCT FROM counted
    """  # noqa: S608  # our own words, written in code


def _broken(invariant: Invariant, rows: Sequence[RowMapping]) -> Broken:
    told = tuple(
        f"{_shown(row['kept'])} against {_shown(row['counted'])} at {row['place']}" for row in rows
    )
    return Broken(invariant, rows[0]["breaches"], told)


def _shown(value: str | None) -> str:
    return "nothing" if value is None else value


def sentences(broken: Sequence[Broken]) -> list[str]:
    """Return a sentence for each row shown: what is wrong, both figures, and where."""
    return sorted(f"{each.invariant.breach}: {row}" for each in broken for row in each.sample)
