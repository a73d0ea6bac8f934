"""What a run over HTTP found; everything that the report says about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.http.driving import Driven
from bench.http.profiling import Profile

OURS_NAME, STOCK_NAME, BARE_NAME = "ours", "stock", "bare SQL"


@dataclass(frozen=True, slots=True)
class Cell:
    """One workload on one server under one pressure."""

    workload: str
    title: str
    server: str
    processes: int
    connections: int
    driven: Driven


@dataclass(frozen=True, slots=True)
class Memory:
    """The largest web process in MiB, before and after so many requests."""

    server: str
    processes: int
    requests: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Flatness:
    """A page in a network of ten times the size, by processor time and by its median time."""

    small: Driven
    large: Driven

    @property
    def by_processor(self) -> float:
        """How many times as dear the page is to server and database together."""
        return _spent(self.large) / max(_spent(self.small), 1e-9)

    @property
    def by_time(self) -> float:
        """How many times as long the median page takes."""
        return self.large.p50 / max(self.small.p50, 1e-9)


@dataclass(slots=True)
class Found:
    """Cells in the order of measuring, and what was seen beside them.

    `statements` are per request, without those that begin and end transactions; `broken` are
    sentences by kind of invariant, none of them before it was looked at. `others` is the part of
    all processors that went to processes of others: times of a busy machine say little.
    """

    cells: list[Cell] = field(default_factory=list[Cell])
    statements: dict[str, float] = field(default_factory=dict[str, float])
    memory: list[Memory] = field(default_factory=list[Memory])
    profiles: list[Profile] = field(default_factory=list[Profile])
    broken: Mapping[str, Sequence[str]] | None = None
    soak: Memory | None = None
    flatness: Flatness | None = None
    others: float = 0.0
    orders_placed: int = 0
    lines_reserved: int = 0

    @property
    def titles(self) -> dict[str, str]:
        """The names and titles of workloads, in their order."""
        return {cell.workload: cell.title for cell in self.cells if cell.server == OURS_NAME}

    def driven(
        self, workload: str, server: str, connections: int, processes: int | None = None
    ) -> Driven | None:
        """Find a cell; bare SQL has no processes of its own."""
        for cell in self.cells:
            is_it = (cell.workload, cell.server) == (workload, server)
            if is_it and cell.connections == connections and processes in {None, cell.processes}:
                return cell.driven
        return None


def _spent(driven: Driven) -> float:
    return driven.server_ms + driven.database_ms
