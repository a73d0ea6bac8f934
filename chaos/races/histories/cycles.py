"""Ways back in a graph of dependencies."""

from collections import deque
from collections.abc import Iterator

from chaos.races.histories.dependencies import Edge, Graph

WRITES = frozenset({Edge.WW})
SEEN = frozenset({Edge.WW, Edge.WR})
ALL = frozenset(Edge)


def components(graph: Graph, allowed: frozenset[Edge]) -> Iterator[set[int]]:
    """Give the sets of transactions that all lead to each other (Tarjan's, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    waiting: list[int] = []
    held: set[int] = set()
    for start in list(graph.edges):
        if start in index:
            continue
        path = [(start, graph.after(start, allowed))]
        index[start] = low[start] = len(index)
        waiting.append(start)
        held.add(start)
        while path:
            number, following = path[-1]
            for other in following:
                if other not in index:
                    index[other] = low[other] = len(index)
                    waiting.append(other)
                    held.add(other)
                    path.append((other, graph.after(other, allowed)))
                    break
                if other in held:
                    low[number] = min(low[number], index[other])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[number])
                if low[number] == index[number]:
                    found = _taken(waiting, held, number)
                    if len(found) > 1:
                        yield found


def way(graph: Graph, start: int, end: int, allowed: frozenset[Edge]) -> list[int] | None:
    """Return the shortest way from one transaction to another, both included."""
    came: dict[int, int] = {start: start}
    queue = deque([start])
    while queue:
        number = queue.popleft()
        if number == end:
            return _traced(came, start, end)
        for other in graph.after(number, allowed):
            if other not in came:
                came[other] = number
                queue.append(other)
    return None


def within(graph: Graph, members: set[int]) -> Graph:
    """Return the part of a graph that lies between some transactions."""
    return Graph(
        {
            before: {after: why for after, why in others.items() if after in members}
            for before, others in graph.edges.items()
            if before in members
        }
    )


def _taken(waiting: list[int], held: set[int], until: int) -> set[int]:
    found: set[int] = set()
    while until not in found:
        number = waiting.pop()
        held.discard(number)
        found.add(number)
    return found


def _traced(came: dict[int, int], start: int, end: int) -> list[int]:
    found = [end]
    while found[-1] != start:
        found.append(came[found[-1]])
    return found[::-1]
