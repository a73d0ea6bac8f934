"""Which mixtures of works are recorded, what each promises, and what was found in them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.db.database import Database
from chaos.races.histories.anomalies import Anomaly, counted, search
from chaos.races.histories.history import Outcome, Transaction, reads_apart
from chaos.races.histories.kinds import (
    AS_OF_START,
    COUNTING,
    LOCKING,
    READING,
    REMEMBERING,
    Kind,
)
from chaos.races.histories.recording import lists_of, record
from tests.support.world import World

LISTS = 6


@dataclass(frozen=True, slots=True)
class Mixture:
    """Kinds of work that run at once, and the anomalies that may be seen among them."""

    name: str
    kinds: Sequence[Kind]
    permitted: frozenset[Anomaly] = frozenset()
    apart: Kind | None = None
    """A kind whose reads are looked at by themselves: then nothing at all may be seen."""


_SKEWS = frozenset({Anomaly.G_SINGLE, Anomaly.G2})
_SOUND = (READING, REMEMBERING, LOCKING)

LOCKED = Mixture("snapshots, and writers that lock what they read", _SOUND)
FROM_START = Mixture(
    "these, and writers that read as of their start", (*_SOUND, AS_OF_START), _SKEWS, AS_OF_START
)
PLAIN = Mixture("these, and writers that lock nothing first", (*_SOUND, COUNTING), _SKEWS)
MIXTURES = (LOCKED, FROM_START, PLAIN)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a history of one mixture shows: anomalies by name and by whose view they are."""

    mixture: str
    committed: int
    taken_back: int
    permitted: Sequence[str]
    found: Counter[tuple[str, str]]
    found_apart: Counter[tuple[str, str]]

    @property
    def faults(self) -> list[str]:
        """Anomalies that must not be."""
        broken = [
            f"{anomaly} of {kind}: {times}"
            for (anomaly, kind), times in self.found.items()
            if anomaly not in self.permitted
        ]
        apart = [
            f"{anomaly} of what {kind} had read: {times}"
            for (anomaly, kind), times in self.found_apart.items()
        ]
        return broken + apart


async def look(  # noqa: PLR0913  # a history is set by these, by name
    mixture: Mixture, world: World, database: Database, *, clients: int, works: int, seed: int
) -> Looked:
    """Record a history of a mixture in a tenant, and search it."""
    lists = await lists_of(world, LISTS)
    history = await record(database, lists, mixture.kinds, clients=clients, works=works, seed=seed)
    taken_back = sum(each.outcome is Outcome.ABORTED for each in history)
    return Looked(
        mixture.name,
        len(history) - taken_back,
        taken_back,
        tuple(sorted(mixture.permitted)),
        counted(search(history)),
        _apart(mixture, history),
    )


def _apart(mixture: Mixture, history: Sequence[Transaction]) -> Counter[tuple[str, str]]:
    """Search the reads of a kind as if they were all that it did, without its writes' delays."""
    if mixture.apart is None:
        return Counter()
    return counted(search(reads_apart(history, [mixture.apart.name])))
