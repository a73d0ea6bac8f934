"""The book as one buyer sees it at one instant: which scales price a product."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.book import PriceBook, Scope, may_fail
from app.pricing.rules.derivation import Chain, through
from app.pricing.rules.exact import ONE
from app.pricing.rules.precedence import Contender, contenders
from app.pricing.rules.price_list import SOURCES_OF_LIST_PRICE, ListTerms
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.scale import Scale

_Unit = tuple[UUID | None, PackagingLevel | None]
_Rows = dict[_Unit, list[PriceRow]]


class Ladder(NamedTuple):
    """Rows of a list for one scope and unit, with the lists that each was derived through."""

    rows: Sequence[PriceRow]
    chains: Sequence[Chain]
    thresholds: Sequence[Decimal]
    has_ties: bool


_Ladders = dict[_Unit, Ladder]


class Product:
    """What prices a SKU in every unit, strongest list first; the flags spare work to lines."""

    __slots__ = ("brand_id", "category_path", "has_loose", "has_percent", "kinds", "scales")

    def __init__(self, line: RequestLine, scopes: Sequence["Reach"]) -> None:
        self.brand_id = line.brand_id
        self.category_path = line.category_path
        self.scales: list[Scale] = []
        self.has_percent = any(reach.has_percent for reach in scopes)
        self.has_loose = any(reach.has_loose for reach in scopes)
        for reach in scopes:
            for contender in reach.shelf.contenders:
                for (brand, level), found in reach.ladders(contender.terms).items():
                    if brand is None or brand == line.brand_id:
                        rows, chains, thresholds, ties = found
                        scale = Scale(contender, level, rows, chains, thresholds, has_ties=ties)
                        self.scales.append(scale)
        if len(scopes) > 1:
            self.scales.sort(key=_order)
        self.kinds = {scale.contender.terms.kind for scale in self.scales}


class Reach:
    """The valid rows of one scope, by list, brand and unit."""

    __slots__ = ("_found", "_valid", "has_loose", "has_percent", "shelf")

    def __init__(self, shelf: "Shelf", rows: Sequence[PriceRow]) -> None:
        self.shelf = shelf
        self.has_percent = self.has_loose = False
        self._found: dict[int, _Ladders] = {}
        self._valid: dict[int, _Rows] = {}
        self._sort_in(rows)

    def ladders(self, terms: ListTerms) -> _Ladders:
        """Give the list's ladders: its own rows, and those of its parent that it does not set."""
        number = terms.list_id.int
        found = self._found.get(number)
        if found is None:
            start = terms.period.start
            valid = self._valid.get(number, {})
            own = {unit: _ladder(rows, start) for unit, rows in valid.items()}
            found = own if terms.derivation is None else self._derived(terms, own)
            self._found[number] = found
        return found

    def _derived(self, terms: ListTerms, own: _Ladders) -> _Ladders:
        parent = self.shelf.book.parent_of(terms)
        if parent is None or not parent.period.contains(self.shelf.request.price_instant):
            return own
        above = self.ladders(parent)
        derived = {unit: _through(terms, ladder) for unit, ladder in above.items()}
        for unit, ladder in own.items():
            derived[unit] = _overridden(derived[unit], ladder) if unit in derived else ladder
        if may_fail(terms):
            kept = {unit: _not_below_zero(ladder) for unit, ladder in derived.items()}
            return {unit: ladder for unit, ladder in kept.items() if ladder.rows}
        return derived

    def _sort_in(self, rows: Sequence[PriceRow]) -> None:
        instant, valid = self.shelf.request.price_instant, self._valid
        for row in rows:
            until = row.valid_until
            if row.valid_from > instant or (until is not None and until <= instant):
                continue
            if row.amount is None:
                self.has_percent = True
            if row.unit_factor is None and row.packaging_level is not None:
                self.has_loose = True
            units = valid.get(row.list_id.int)
            if units is None:
                valid[row.list_id.int] = {(row.brand_id, row.packaging_level): [row]}
                continue
            unit = row.brand_id, row.packaging_level
            if unit in units:
                units[unit].append(row)
            else:
                units[unit] = [row]


class Shelf:
    """One question and one book, with lists filtered once and products sorted once."""

    __slots__ = ("_products", "_shared", "book", "contenders", "request")

    def __init__(self, request: PriceRequest, book: PriceBook) -> None:
        self.request = request
        self.book = book
        self.contenders: list[Contender] = contenders(request, book.lists.values())
        self._products: dict[int, Product] = {}
        self._shared: dict[Scope, Reach] = {}

    def product(self, line: RequestLine) -> Product:
        """Give what prices the line's SKU; made once for all lines and units of it."""
        known = self._products.get(line.sku_id.int)
        if (
            known is not None
            and known.category_path == line.category_path
            and known.brand_id == line.brand_id
        ):
            return known
        made = Product(line, list(self._scopes(line)))
        self._products[line.sku_id.int] = made
        return made

    def _scopes(self, line: RequestLine) -> Iterator[Reach]:
        own = self.book.rows_in.get(line.sku_id.int)
        if own is not None:
            yield Reach(self, own)
        for category in line.category_path:
            yield from self._wide(category.int)
        yield from self._wide(None)

    def _wide(self, scope: Scope) -> Iterator[Reach]:
        if scope not in self.book.rows_in:
            return
        if scope not in self._shared:
            self._shared[scope] = Reach(self, self.book.rows_in[scope])
        yield self._shared[scope]


def _order(scale: Scale) -> int:
    return scale.contender.order


def _ladder(rows: list[PriceRow], start: datetime) -> Ladder:
    thresholds = [row.from_quantity for row in rows]
    if not _rising(thresholds):
        rows = sorted(rows, key=lambda row: _by_threshold(row, start))
        thresholds = [row.from_quantity for row in rows]
    return Ladder(rows, ((),) * len(rows), thresholds, not _rising(thresholds))


def _rising(thresholds: Sequence[Decimal]) -> bool:
    below = None
    for threshold in thresholds:
        if below is not None and threshold <= below:
            return False
        below = threshold
    return True


def _by_threshold(row: PriceRow, list_start: datetime) -> tuple[Decimal, float, int]:
    """Order the rows of one list: at one threshold the later start is the stronger."""
    return row.from_quantity, -max(row.valid_from, list_start).timestamp(), row.entry_id.int


def _through(terms: ListTerms, ladder: Ladder) -> Ladder:
    longer: list[Chain] = []
    before: Chain | None = None
    after: Chain = ()
    for chain in ladder.chains:
        if chain is not before:
            before, after = chain, (*chain, terms)
        longer.append(after)
    if not ladder.has_ties:
        return Ladder(ladder.rows, longer, ladder.thresholds, has_ties=False)
    entries = zip(ladder.thresholds, ladder.rows, longer, strict=True)
    start = terms.period.start
    return _of_entries(sorted(entries, key=lambda entry: _by_threshold(entry[1], start)))


def _overridden(above: Ladder, own: Ladder) -> Ladder:
    entries = list(zip(own.thresholds, own.rows, own.chains, strict=True))
    entries += [
        entry
        for entry in zip(above.thresholds, above.rows, above.chains, strict=True)
        if entry[0] not in own.thresholds
    ]
    return _of_entries(sorted(entries, key=lambda entry: entry[0]))


def _not_below_zero(ladder: Ladder) -> Ladder:
    entries = zip(ladder.thresholds, ladder.rows, ladder.chains, strict=True)
    return _of_entries([entry for entry in entries if not below_zero(entry[1], entry[2])])


def _of_entries(entries: Sequence[tuple[Decimal, PriceRow, Chain]]) -> Ladder:
    thresholds = [threshold for threshold, _, _ in entries]
    rows = [row for _, row, _ in entries]
    chains = [chain for _, _, chain in entries]
    return Ladder(rows, chains, thresholds, not _rising(thresholds))


def below_zero(row: PriceRow, chain: Chain) -> bool:
    """Tell whether deriving the row's amount gives a price below zero, which never counts."""
    if row.amount is None or not any(map(may_fail, chain)):
        return False
    return through(chain, (row.amount, ONE))[0] < 0


def is_list_price(scale: Scale) -> bool:
    """Tell whether percentages are taken of this scale's prices."""
    return scale.contender.terms.kind in SOURCES_OF_LIST_PRICE
