"""How large a document may be, each with its default."""

from dataclasses import dataclass
from typing import Protocol


class DocumentLimits(Protocol):
    """The limits that a document is held against."""

    @property
    def most_cost(self) -> int: ...  # noqa: D102  # see `DefaultLimits`
    @property
    def most_depth(self) -> int: ...  # noqa: D102
    @property
    def most_nesting(self) -> int: ...  # noqa: D102
    @property
    def most_selections(self) -> int: ...  # noqa: D102
    @property
    def most_equal_pairs(self) -> int: ...  # noqa: D102
    @property
    def most_fragments(self) -> int: ...  # noqa: D102
    @property
    def most_aliases(self) -> int: ...  # noqa: D102
    @property
    def most_directives(self) -> int: ...  # noqa: D102
    @property
    def most_variables(self) -> int: ...  # noqa: D102
    @property
    def most_mutations(self) -> int: ...  # noqa: D102
    @property
    def most_list_items(self) -> int: ...  # noqa: D102
    @property
    def most_introspection_depth(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class DefaultLimits:
    """The limits that serve every known client with room to spare."""

    most_cost: int = 20_000
    """Points of one request: objects asked for, weights of fields, items sent."""
    most_depth: int = 20
    """Fields inside each other, through fragments too."""
    most_nesting: int = 60
    """Fields, inline fragments and spreads inside each other: what recursion may reach."""
    most_selections: int = 2_000
    """Fields, spreads and inline fragments once every fragment is put where it is spread."""
    most_equal_pairs: int = 1_000
    """Pairs of fields with one response name in one place: validation compares each pair."""
    most_fragments: int = 100
    """Fragments that a document defines: validation compares each pair of those spread."""
    most_aliases: int = 50
    """Aliases as written."""
    most_directives: int = 50
    """Directives as written."""
    most_variables: int = 50
    """Variables that the operation declares."""
    most_mutations: int = 10
    """Root fields of one mutation: they run one after another."""
    most_list_items: int = 500
    """Items of lists written into the document; longer ones belong into variables."""
    most_introspection_depth: int = 2
    """Lists of types, fields or input fields inside each other, as `types { fields }`."""
