"""Who depends on whom in a history: the order of versions, and the edges that follow from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from chaos.races.histories.history import Append, History, Outcome, Read, Transaction


class Edge(StrEnum):
    """Why one transaction must come before another."""

    WW = "ww"
    WR = "wr"
    RW = "rw"


@dataclass(slots=True)
class Versions:
    """The order in which values came into each list, as the longest read of it tells."""

    order: Mapping[str, tuple[int, ...]]
    writers: Mapping[tuple[str, int], Transaction]
    strange: list[tuple[Transaction, Read]] = field(default_factory=list[tuple[Transaction, Read]])
    """Reads that are no beginning of the longest: the list had two pasts."""


@dataclass(slots=True)
class Graph:
    """Edges between transactions, by number; two may be joined for several reasons."""

    edges: dict[int, dict[int, set[Edge]]] = field(default_factory=dict[int, dict[int, set[Edge]]])

    def add(self, before: Transaction, after: Transaction, why: Edge) -> None:
        """Join two transactions; none depends on itself."""
        if before.number != after.number:
            self.edges.setdefault(before.number, {}).setdefault(after.number, set()).add(why)

    def after(self, number: int, allowed: frozenset[Edge]) -> Iterator[int]:
        """Give the transactions that must come after one, for some of the reasons."""
        for other, why in self.edges.get(number, {}).items():
            if why & allowed:
                yield other

    def joined(self, why: Edge) -> Iterator[tuple[int, int]]:
        """Give all pairs that are joined for a reason."""
        for before, others in self.edges.items():
            for after, reasons in others.items():
                if why in reasons:
                    yield before, after


def committed(history: History) -> list[Transaction]:
    """Return the transactions that stand."""
    return [each for each in history if each.outcome is Outcome.COMMITTED]


def versions_of(history: History) -> Versions:
    """Find the order of each list's values from what committed transactions read."""
    writers = {(step.key, step.value): each for each in history for step in each.appends}
    longest: dict[str, tuple[int, ...]] = {}
    standing = committed(history)
    for each in standing:
        for read in each.reads:
            if len(read.values) > len(longest.get(read.key, ())):
                longest[read.key] = read.values
    found = Versions(longest, writers)
    for each in standing:
        for read in each.reads:
            if read.values != longest.get(read.key, ())[: len(read.values)]:
                found.strange.append((each, read))
    return found


def graph_of(history: History, versions: Versions) -> Graph:
    """Join the transactions: who wrote before whom, read of whom, or did not see whom yet."""
    graph = Graph()
    standing = {each.number for each in committed(history)}
    for key, values in versions.order.items():
        _join_writers(graph, [versions.writers.get((key, value)) for value in values], standing)
    for each in committed(history):
        written: set[str] = set()
        for step in each.steps:
            if isinstance(step, Append):
                written.add(step.key)
            elif step.key not in written:
                _join_reader(graph, versions, each, step)
    return graph


def _join_writers(graph: Graph, writers: Sequence[Transaction | None], standing: set[int]) -> None:
    for before, after in pairwise(writers):
        if before and after and {before.number, after.number} <= standing:
            graph.add(before, after, Edge.WW)


def _join_reader(graph: Graph, versions: Versions, reader: Transaction, read: Read) -> None:
    order, seen = versions.order.get(read.key, ()), len(read.values)
    if read.values != order[:seen]:
        return
    last = versions.writers.get((read.key, read.values[-1])) if seen else None
    following = versions.writers.get((read.key, order[seen])) if seen < len(order) else None
    if last:
        graph.add(last, reader, Edge.WR)
    if following and following is not last:  # Else it saw half of what one wrote: that is G1b.
        graph.add(reader, following, Edge.RW)
