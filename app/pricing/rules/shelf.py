"""The book as one buyer sees it at one instant: which scales price a product."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.book import PriceBook, Scope, may_fail
from app.pricing.rules.derivation import Chain, through
from app.pricing.rules.eligibility import Exclusion, misplaced, not_addressed
from app.pricing.rules.exact import ONE
from app.pricing.rules.precedence import END_OF_TIME, Contender, contenders
from app.pricing.rules.price_list import SOURCES_OF_LIST_PRICE, ListTerms, PriceKind
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.scale import Scale, Steps, Unit

_Rows = dict[Unit, list[PriceRow]]
_Ladders = dict[Unit, Steps]


class Product:
    """What prices a SKU in every unit, strongest list first; the flags spare work to lines."""

    __slots__ = (
        "_fitting",
        "_one",
        "_scales",
        "has_contract",
        "has_fallback",
        "has_inherited",
        "has_loose",
        "has_percent",
        "is_plain",
        "place",
    )

    def __init__(self, line: RequestLine, scopes: Sequence["Reach"]) -> None:
        self.place = line.brand_id, line.category_path
        self.has_percent = self.has_loose = False
        for reach in scopes:
            self.has_percent |= reach.has_percent
            self.has_loose |= reach.has_loose
        self._fitting: dict[PackagingLevel, Sequence[Scale]] = {}
        self._one = scopes[0] if len(scopes) == 1 and scopes[0].is_simple else None
        self._scales: Sequence[Scale] | None = None
        if self._one is None:
            self._scales = _scales(line, scopes)
            speaking: Sequence[Contender] = [scale.contender for scale in self._scales]
        else:
            speaking = self._one.speaking()
        # Lists stand from the strongest kind to the weakest: the first and the last tell.
        self.has_contract = bool(speaking) and speaking[0].is_contract
        takes_turns = bool(speaking) and speaking[-1].takes_turns
        kinds = {contender.terms.kind for contender in speaking} if takes_turns else ()
        self.has_fallback = PriceKind.PURCHASE_PLUS_MARGIN in kinds
        self.has_inherited = PriceKind.INHERITED in kinds
        self.is_plain = not (self.has_percent or self.has_loose or takes_turns)

    @property
    def scales(self) -> Sequence[Scale]:
        """The scales of all units."""
        if self._scales is None:
            self._scales = self._one.scales() if self._one else ()
        return self._scales

    def fitting(self, unit: PackagingLevel) -> Sequence[Scale]:
        """Choose the scales that are for the unit, or for base units."""
        known = self._fitting.get(unit)
        if known is None:
            if self._one is not None and self._scales is None:
                known = self._one.scales_for(unit)
            else:
                known = [each for each in self.scales if each.level is None or each.level == unit]
            self._fitting[unit] = known
        return known


def _scales(line: RequestLine, scopes: Sequence["Reach"]) -> Sequence[Scale]:
    if len(scopes) == 1 and not scopes[0].has_brands:
        return scopes[0].scales()
    brand = line.brand_id
    all_scales = [scale for reach in scopes for scale in reach.scales()]
    found = [scale for scale in all_scales if scale.brand is None or scale.brand == brand]
    return sorted(found, key=_order)


class Reach:
    """The valid rows of one scope, by list, brand and unit; shared by all products within it."""

    __slots__ = (
        "_found",
        "_scales",
        "_valid",
        "has_brands",
        "has_loose",
        "has_percent",
        "outlook",
    )

    def __init__(self, outlook: "Outlook", rows: Sequence[PriceRow]) -> None:
        self.outlook = outlook
        self.has_percent = self.has_loose = self.has_brands = False
        self._found: dict[int, _Ladders] = {}
        self._valid: dict[int, _Rows] = {}
        self._scales: list[Scale] | None = None
        self._sort_in(rows)

    @property
    def is_simple(self) -> bool:
        """Whether scales are rows of the lists themselves, for all brands."""
        return not (self.has_brands or self.outlook.derives)

    def speaking(self) -> list[Contender]:
        """Give the lists that speak to the buyer and have rows here, strongest first."""
        return [each for each in self.outlook.contenders if each.number in self._valid]

    def scales_for(self, unit: PackagingLevel) -> list[Scale]:
        """Give the scales for the unit and for base units, of rows of the lists themselves."""
        found: list[Scale] = []
        for contender in self.speaking():
            valid, start = self._valid[contender.number], contender.terms.period.start
            for level in (unit, None):
                rows = valid.get((None, level))
                if rows is not None:
                    found.append(Scale(contender, (None, level), _ladder(rows, start)))
        return found

    def scales(self) -> Sequence[Scale]:
        """Give the scales of all lists that speak to the buyer, strongest list first."""
        if self._scales is None:
            self._scales = []
            for contender in self.outlook.contenders:
                self._scales += self._scales_of(contender)
        return self._scales

    def _scales_of(self, contender: Contender) -> list[Scale]:
        if self.outlook.derives:
            ladders = self._ladders(contender.terms)
            return [Scale(contender, unit, steps) for unit, steps in ladders.items()]
        valid = self._valid.get(contender.number)
        if valid is None:
            return []
        start = contender.terms.period.start
        return [Scale(contender, unit, _ladder(rows, start)) for unit, rows in valid.items()]

    def _ladders(self, terms: ListTerms) -> _Ladders:
        """Give the list's ladders: its own rows, and those of its parent that it does not set."""
        number = terms.list_id.int
        found = self._found.get(number)
        if found is None:
            found, valid = _NO_LADDERS, self._valid.get(number)
            if valid is not None:
                start = terms.period.start
                found = {unit: _ladder(rows, start) for unit, rows in valid.items()}
            if terms.derivation is not None:
                found = self._derived(terms, found)
            self._found[number] = found
        return found

    def _derived(self, terms: ListTerms, own: _Ladders) -> _Ladders:
        parent = self.outlook.book.parent_of(terms)
        if parent is None or not parent.period.contains(self.outlook.request.price_instant):
            return own
        above = self._ladders(parent)
        longer: dict[int, Chain] = {}
        derived = {unit: _through(terms, ladder, longer) for unit, ladder in above.items()}
        for unit, ladder in own.items():
            derived[unit] = _overridden(derived[unit], ladder) if unit in derived else ladder
        if may_fail(terms):
            kept = {unit: _not_below_zero(ladder) for unit, ladder in derived.items()}
            return {unit: ladder for unit, ladder in kept.items() if ladder[0]}
        return derived

    def _sort_in(self, rows: Sequence[PriceRow]) -> None:
        instant, valid = self.outlook.request.price_instant, self._valid
        for row in rows:
            _, of_list, _, brand, _, level, factor, _, amount, _, begins, ends = row
            if begins > instant or (ends is not None and ends <= instant):
                continue
            if amount is None:
                self.has_percent = True
            if brand is not None:
                self.has_brands = True
            if factor is None and level is not None:
                self.has_loose = True
            units = valid.get(of_list.int)
            if units is None:
                valid[of_list.int] = {(brand, level): [row]}
                continue
            unit = brand, level
            group = units.get(unit)
            if group is None:
                units[unit] = [row]
            else:
                group.append(row)


class Outlook:
    """One question and one book, with the lists that speak found once.

    It does not know the products that are made of it, so that all go as the question goes.
    """

    __slots__ = ("book", "contenders", "derives", "request")

    def __init__(self, request: PriceRequest, book: PriceBook) -> None:
        self.request = request
        self.book = book
        self.contenders: list[Contender] = contenders(request, book.lists.values())
        self.derives = any(each.terms.derivation is not None for each in self.contenders)


Filters = tuple[ListTerms, Exclusion | None, Exclusion | None]
"""A list, what keeps it out by seller, currency or time, and what by whom it is for."""


class Shelf:
    """An outlook with products sorted once."""

    __slots__ = ("_filters", "_outlook", "_products", "_shared", "book", "request")

    def __init__(self, request: PriceRequest, book: PriceBook) -> None:
        self._outlook = Outlook(request, book)
        self.request = request
        self.book = book
        self._products: dict[int, Product] = {}
        self._shared: dict[Scope, Reach] = {}
        self._filters: list[Filters] | None = None

    def filters(self) -> "Sequence[Filters]":
        """Say of every list which filters all its rows fail; found once for all lines."""
        if self._filters is None:
            request, lists = self.request, self.book.lists.values()
            self._filters = [
                (terms, misplaced(request, terms), not_addressed(request, terms)) for terms in lists
            ]
        return self._filters

    def product(self, line: RequestLine) -> Product:
        """Give what prices the line's SKU; made once for all lines and units of it."""
        known = self._products.get(line.sku_id.int)
        if known is not None and known.place == (line.brand_id, line.category_path):
            return known
        made = Product(line, self._scopes(line))
        self._products[line.sku_id.int] = made
        return made

    def _scopes(self, line: RequestLine) -> list[Reach]:
        own = self.book.rows_in.get(line.sku_id.int)
        scopes = [] if own is None else [Reach(self._outlook, own)]
        if self.book.has_wide_rows:
            for category in line.category_path:
                scopes += self._wide(category.int)
            scopes += self._wide(None)
        return scopes

    def _wide(self, scope: Scope) -> Iterator[Reach]:
        if scope not in self.book.rows_in:
            return
        if scope not in self._shared:
            self._shared[scope] = Reach(self._outlook, self.book.rows_in[scope])
        yield self._shared[scope]


def _order(scale: Scale) -> int:
    return scale.contender.order


_NO_LADDERS: _Ladders = {}


def _ladder(rows: list[PriceRow], start: datetime) -> Steps:
    thresholds = [row.from_quantity for row in rows]
    chains = ((),) * len(rows)
    if _rising(thresholds):
        return rows, chains, thresholds, False
    rows = sorted(rows, key=lambda row: _by_threshold(row, start))
    thresholds = [row.from_quantity for row in rows]
    return rows, chains, thresholds, not _rising(thresholds)


def _rising(thresholds: Sequence[Decimal]) -> bool:
    below = _BELOW_ALL
    for threshold in thresholds:
        if threshold <= below:
            return False
        below = threshold
    return True


_BELOW_ALL = Decimal(-1)


def _by_threshold(row: PriceRow, list_start: datetime) -> tuple[Decimal, timedelta, int]:
    """Order the rows of one list: at one threshold the later start is the stronger."""
    return row.from_quantity, END_OF_TIME - max(row.valid_from, list_start), row.entry_id.int


def _through(terms: ListTerms, ladder: Steps, longer: dict[int, Chain]) -> Steps:
    """Let all rows pass through one list more; chains that are one object stay one object."""
    rows, chains, thresholds, has_ties = ladder
    passed = [
        longer.get(id(chain)) or longer.setdefault(id(chain), (*chain, terms)) for chain in chains
    ]
    if not has_ties:
        return rows, passed, thresholds, False
    entries = zip(thresholds, rows, passed, strict=True)
    start = terms.period.start
    return _of_entries(sorted(entries, key=lambda entry: _by_threshold(entry[1], start)))


def _entries(ladder: Steps) -> list[tuple[Decimal, PriceRow, Chain]]:
    rows, chains, thresholds, _ = ladder
    return list(zip(thresholds, rows, chains, strict=True))


def _overridden(above: Steps, own: Steps) -> Steps:
    mine = _entries(own)
    inherited = [entry for entry in _entries(above) if entry[0] not in own[2]]
    return _of_entries(sorted(mine + inherited, key=lambda entry: entry[0]))


def _not_below_zero(ladder: Steps) -> Steps:
    return _of_entries([each for each in _entries(ladder) if not below_zero(each[1], each[2])])


def _of_entries(entries: Sequence[tuple[Decimal, PriceRow, Chain]]) -> Steps:
    thresholds = [threshold for threshold, _, _ in entries]
    rows = [row for _, row, _ in entries]
    return rows, [chain for _, _, chain in entries], thresholds, not _rising(thresholds)


def below_zero(row: PriceRow, chain: Chain) -> bool:
    """Tell whether deriving the row's amount gives a price below zero, which never counts."""
    if row.amount is None or not any(map(may_fail, chain)):
        return False
    return through(chain, (row.amount, ONE))[0] < 0


def is_list_price(scale: Scale) -> bool:
    """Tell whether percentages are taken of this scale's prices."""
    return scale.contender.terms.kind in SOURCES_OF_LIST_PRICE
