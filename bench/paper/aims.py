"""What the server is to reach, held against what a run found."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.http.driving import Driven
from bench.http.found import BARE_NAME, OURS_NAME, STOCK_NAME, Found, Memory
from bench.http.measuring import COMPARED

TRIVIAL_RATE, PAGE_OF_BARE, PAGE_OF_STOCK, PAGE_P99 = 8_000.0, 30.0, 25.0, 40.0
ORDER_OF_BARE, ORDER_P99, LARGE_OF_SMALL = 20.0, 80.0, 20.0
FLAT, MEMORY_MIB, SOAK_REQUESTS, GROWTH_MIB, CLIENT_SHARE = 1.5, 200.0, 200_000, 10.0, 20.0
_ALLOWED_BROKEN = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """An aim, and what was found; `is_least` says that more is better."""

    aim: str
    wanted: float
    found: float | None
    unit: str
    is_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether it is reached; none where the run did not measure it."""
        if self.found is None:
            return None
        return self.found >= self.wanted if self.is_least else self.found <= self.wanted

    @property
    def in_words(self) -> str:
        """Say whether it is met, or by how much it is missed."""
        if self.found is None:
            return "not measured in this run"
        if self.is_met:
            return "met"
        if not (self.found and self.wanted):
            return "missed"
        times = self.wanted / self.found if self.is_least else self.found / self.wanted
        return f"missed by {times:,.1f}x"


def verdicts(found: Found, processes: int) -> list[Verdict]:
    """Hold a run against every aim, at 8 connections and the most processes measured."""
    return [*_reads(found, processes), *_orders(found, processes), *_whole(found)]


def _reads(found: Found, processes: int) -> Iterator[Verdict]:
    trivial = found.driven("trivial", OURS_NAME, COMPARED, processes)
    page = found.driven("catalogue", OURS_NAME, COMPARED, processes)
    bare = found.driven("catalogue", BARE_NAME, COMPARED)
    stock = found.driven("catalogue", STOCK_NAME, COMPARED)
    yield Verdict("Trivial query", TRIVIAL_RATE, _rate(trivial), "requests/s", is_least=True)
    yield Verdict(
        "Catalogue page, of the bare SQL's rate",
        PAGE_OF_BARE,
        _percent(page, bare),
        "%",
        is_least=True,
    )
    yield Verdict(
        "Catalogue page, times strawberry's stock view and executor",
        PAGE_OF_STOCK,
        _ratio(page, stock),
        "x",
        is_least=True,
    )
    yield Verdict("Catalogue page, p99", PAGE_P99, page and page.p99, "ms")


def _orders(found: Found, processes: int) -> Iterator[Verdict]:
    order = found.driven("order", OURS_NAME, COMPARED, processes)
    bare = found.driven("order", BARE_NAME, COMPARED)
    small = found.driven("order", OURS_NAME, 1, processes)
    large = found.driven("large-order", OURS_NAME, 1, processes)
    yield Verdict(
        "Order of 10 lines, of the bare transaction's rate",
        ORDER_OF_BARE,
        _percent(order, bare),
        "%",
        is_least=True,
    )
    yield Verdict("Order of 10 lines, p99", ORDER_P99, order and order.p99, "ms")
    times = large.p50 / small.p50 if small and large and small.p50 and large.requests else None
    yield Verdict("Large order, times one of 10 lines", LARGE_OF_SMALL, times, "x")
    broken = None if found.broken is None else float(sum(map(len, found.broken.values())))
    yield Verdict("Sums in the books that do not hold", _ALLOWED_BROKEN, broken, "")


def _whole(found: Found) -> Iterator[Verdict]:
    flat = found.flatness
    yield Verdict(
        "Page in a network of 10 times the size, processor time",
        FLAT,
        flat and flat.by_processor,
        "x",
    )
    yield Verdict(
        "Page in a network of 10 times the size, median time", FLAT, flat and flat.by_time, "x"
    )
    ours = [memory.after for memory in found.memory if memory.server == OURS_NAME]
    yield Verdict("Memory of a web process", MEMORY_MIB, max(ours, default=None), "MiB")
    yield Verdict(f"Growth over {SOAK_REQUESTS:,} requests", GROWTH_MIB, _growth(found.soak), "MiB")
    shares = [100 * cell.driven.client_share for cell in found.cells if cell.server == OURS_NAME]
    yield Verdict(
        "The load client's part of the processors", CLIENT_SHARE, max(shares, default=None), "%"
    )
    errors = sum(cell.driven.errors for cell in found.cells)
    yield Verdict("Answers that were errors", 0.0, float(errors) if found.cells else None, "")


def _growth(soak: Memory | None) -> float | None:
    if soak is None or soak.requests < SOAK_REQUESTS:
        return None
    return soak.after - soak.before


def _rate(driven: Driven | None) -> float | None:
    return driven and driven.rate


def _ratio(driven: Driven | None, of: Driven | None) -> float | None:
    return driven.rate / of.rate if driven and of and of.rate else None


def _percent(driven: Driven | None, of: Driven | None) -> float | None:
    ratio = _ratio(driven, of)
    return ratio and 100 * ratio
