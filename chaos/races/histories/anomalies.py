"""Search a history for what no serial order explains, by the names of Adya and of Elle."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chaos.races.histories.cycles import ALL, SEEN, WRITES, components, way, within
from chaos.races.histories.dependencies import (
    Edge,
    Graph,
    Versions,
    committed,
    graph_of,
    versions_of,
)
from chaos.races.histories.history import History, Outcome, Transaction


class Anomaly(StrEnum):
    """What may be wrong; all but the last two are forbidden from READ COMMITTED on."""

    LOST = "lost append"
    DOUBLED = "doubled append"
    TWO_PASTS = "two pasts of a list"
    G0 = "G0"
    G1A = "G1a"
    G1B = "G1b"
    G1C = "G1c"
    G_SINGLE = "G-single"
    G2 = "G2"


@dataclass(frozen=True, slots=True)
class Finding:
    """One anomaly: whose view of things it is, and the transactions that show it, in a circle."""

    anomaly: Anomaly
    kind: str
    shown_by: tuple[int, ...]


def search(history: History) -> list[Finding]:
    """Find every anomaly; of cycles one for each dependency that closes one.

    The history ends with a look at all lists, without which nothing can be told of what came last.
    """
    versions = versions_of(history)
    by_number = {each.number: each for each in history}
    graph = graph_of(history, versions)
    return [
        *_of_values(history, versions),
        *_of_reads(history, versions),
        *_of_writers(graph, by_number),
        *_of_readers(graph, by_number),
    ]


def counted(findings: Sequence[Finding]) -> Counter[tuple[str, str]]:
    """Count anomalies by name and kind of work."""
    return Counter((each.anomaly.value, each.kind) for each in findings)


def _of_values(history: History, versions: Versions) -> Iterator[Finding]:
    for each in committed(history):
        for step in each.appends:
            if step.value not in versions.order.get(step.key, ()):
                yield Finding(Anomaly.LOST, each.kind, (each.number,))
    for key, values in versions.order.items():
        for value, times in Counter(values).items():
            writer = versions.writers.get((key, value))
            if times > 1 and writer:
                yield Finding(Anomaly.DOUBLED, writer.kind, (writer.number,))
    for reader, _ in versions.strange:
        yield Finding(Anomaly.TWO_PASTS, reader.kind, (reader.number,))


def _of_reads(history: History, versions: Versions) -> Iterator[Finding]:
    """Find reads of what was taken back, and of what its writer had not done with."""
    for reader in committed(history):
        for read in reader.reads:
            writers = [versions.writers.get((read.key, value)) for value in read.values]
            for writer in {each.number: each for each in writers if each}.values():
                if writer.outcome is Outcome.ABORTED and writer.number != reader.number:
                    yield Finding(Anomaly.G1A, reader.kind, (writer.number, reader.number))
            last = writers[-1] if writers else None
            if last and last.number != reader.number:
                values = [step.value for step in last.appends if step.key == read.key]
                if values[-1] != read.values[-1]:
                    yield Finding(Anomaly.G1B, reader.kind, (last.number, reader.number))


def _of_writers(graph: Graph, by_number: dict[int, Transaction]) -> Iterator[Finding]:
    for members in components(graph, WRITES):
        start = min(members)
        yield _finding(Anomaly.G0, within(graph, members), start, start, WRITES, by_number)
    for members in components(graph, SEEN):
        part = within(graph, members)
        for before, after in sorted(part.joined(Edge.WR)):
            if Edge.WW not in part.edges[before][after]:
                yield _finding(Anomaly.G1C, part, before, after, SEEN, by_number)
                break


def _of_readers(graph: Graph, by_number: dict[int, Transaction]) -> Iterator[Finding]:
    """Find for each one who did not see another yet whether that one comes before it all the same.

    By what it saw or wrote over: then one reader alone is wrong (G-single). Or because others did
    not see each other either (G2).
    """
    for members in components(graph, ALL):
        part = within(graph, members)
        for reader, writer in sorted(part.joined(Edge.RW)):
            back = way(part, writer, reader, SEEN)
            anomaly = Anomaly.G_SINGLE
            if back is None:
                back, anomaly = way(part, writer, reader, ALL), Anomaly.G2
            if back is not None:
                yield Finding(anomaly, by_number[reader].kind, (reader, *back[:-1]))


def _finding(  # noqa: PLR0913, PLR0917  # a cycle is described by these
    anomaly: Anomaly,
    part: Graph,
    before: int,
    after: int,
    allowed: frozenset[Edge],
    by_number: dict[int, Transaction],
) -> Finding:
    if before == after:
        after = next(iter(part.after(before, allowed)))
    back = way(part, after, before, allowed) or [after]
    return Finding(anomaly, by_number[after].kind, (before, *back[:-1]))
