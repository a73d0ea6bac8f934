"""Lists that derive from each other must not go round in a circle, at any instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.kernel.period import Period


@dataclass(frozen=True, slots=True)
class Link:
    """That a list derives from another for a period of price instants."""

    list_id: UUID
    parent_id: UUID
    period: Period


def loop_through(new: Link, links: Iterable[Link]) -> tuple[UUID, ...]:
    """Return the lists of a loop that a new link would close, child before parent; empty if none.

    `links` are what stands, without those of the new link's own list in its period.
    """
    of_list: dict[UUID, list[Link]] = {}
    for link in links:
        of_list.setdefault(link.list_id, []).append(link)
    start: tuple[UUID, ...] = (new.list_id, new.parent_id)
    open_ends: list[tuple[tuple[UUID, ...], Period]] = [(start, new.period)]
    while open_ends:
        path, period = open_ends.pop()
        if path[-1] == new.list_id:
            return path[:-1]
        for link in of_list.get(path[-1], ()):
            shared = _shared(period, link.period)
            if shared is not None and link.parent_id not in path[1:]:
                open_ends.append(((*path, link.parent_id), shared))
    return ()


def _shared(one: Period, other: Period) -> Period | None:
    start = max(one.start, other.start)
    ends = [period.end for period in (one, other) if period.end is not None]
    end = min(ends) if ends else None
    return Period(start, end) if end is None or end > start else None
