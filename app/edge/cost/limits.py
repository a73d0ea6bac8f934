"""How large a document may be.

What installations may differ in is a limit; what only bounds our own work is a constant here.
"""

from dataclasses import dataclass
from typing import Protocol

MOST_NESTING = 60
"""Fields, inline fragments and spreads inside each other: what recursion may reach."""
MOST_FRAGMENTS = 100
"""Fragments that a document defines: validation compares each pair of those spread together."""
MOST_EQUAL_PAIRS = 5_000
"""Pairs of fields with one response name in one place: validation compares each pair."""
MOST_VARIABLES = 100
"""Variables that an operation declares."""
MOST_ITEMS = 500
"""Items of lists written into the document; longer ones belong into variables."""
MOST_ARGUMENTS = 500
"""Arguments as written."""
MOST_UNKNOWN = 50
"""Fields that the schema does not have: validation describes each of them at length."""
MOST_DIGITS = 64
"""Characters of a number written into the document: Python refuses to read thousands."""
MOST_ROUNDS = 2
"""Lists of types, fields or input fields inside each other, as `types { fields }`."""


class DocumentLimits(Protocol):
    """The limits that a document is held against."""

    @property
    def operation_cost(self) -> int:
        """Points that one request may ask for: objects, weights of fields, items sent."""
        ...

    @property
    def depth(self) -> int:
        """Fields inside each other, through fragments too."""
        ...

    @property
    def fields(self) -> int:
        """Fields, spreads and inline fragments once every fragment is put where it is spread."""
        ...

    @property
    def aliases(self) -> int:
        """Aliases as written."""
        ...

    @property
    def directives(self) -> int:
        """Directives as written."""
        ...

    @property
    def root_mutations(self) -> int:
        """Root fields of one mutation: they run one after another."""
        ...


@dataclass(frozen=True, slots=True)
class DefaultLimits:
    """The limits that serve every known client with room to spare."""

    operation_cost: int = 30_000
    depth: int = 16
    fields: int = 1_500
    aliases: int = 100
    directives: int = 100
    root_mutations: int = 10
