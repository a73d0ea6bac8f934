"""Which of two price rows is stronger, and how to say so (Our rule 1)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.basis import BreakBasis
from app.pricing.rules.eligibility import speaks_to
from app.pricing.rules.exact import ONE, percent, plus
from app.pricing.rules.price_list import BreakType, Combination, ContractRule, ListTerms, PriceKind
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.request import PriceRequest, RequestLine

_RANK = {
    PriceKind.CONTRACT: 0,
    PriceKind.BUYER: 1,
    PriceKind.LEVEL: 2,
    PriceKind.GROUP: 3,
    PriceKind.TERRITORY: 3,
    PriceKind.CHANNEL: 3,
    PriceKind.BASE: 4,
    PriceKind.INHERITED: 5,
    PriceKind.PURCHASE_PLUS_MARGIN: 6,
}
_BASIS = {basis: place for place, basis in enumerate(BreakBasis)}
_LEVELS = list(PackagingLevel)
_LAST = (PriceKind.INHERITED, PriceKind.PURCHASE_PLUS_MARGIN)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
"""Later than every start, so that what is left until then puts the later start first."""

Tier = tuple[int, int, int, int]
"""The part of a row's strength that its whole list shares."""


class Strength(NamedTuple):
    """Orders rows from the strongest (smallest) to the weakest; never equal for two rows.

    Fields compare from the top: kind, how far up the buyer's levels or the chain, priority, how
    far up the territories, scope, how far up the categories, unit, start, and last the ids so that
    the order is total.
    """

    kind: int
    distance: int
    lower_priority: int
    territory_distance: int
    scope: int
    category_distance: int
    unit_distance: int
    earlier_start: timedelta
    entry_id: int
    list_id: int


_WHY = {
    "kind": "speaks to the buyer more directly",
    "distance": "is of a nearer customer level",
    "lower_priority": "has a higher priority",
    "territory_distance": "is of a nearer territory",
    "scope": "names the product more narrowly",
    "category_distance": "names a nearer category",
    "unit_distance": "names the unit ordered",
    "earlier_start": "starts later",
    "entry_id": "has the lower id",
    "list_id": "has the lower id",
}


class Contender:
    """A list that speaks to the buyer, with what its rows need of it looked up once.

    order is the place of its tier among all; basis is the place of its break basis in the counts;
    markup is the factor of a margin, or none; `closes` says that it bars weaker lists from its
    lowest threshold up, `yields` that as a contract it gives way to a lower standard price,
    `takes_turns` that it speaks only where nearer lists do not, `is_graduated` that a line pays
    more than one of its prices.
    """

    __slots__ = (
        "basis",
        "closes",
        "is_contract",
        "is_graduated",
        "list_id",
        "markup",
        "number",
        "order",
        "start",
        "takes_turns",
        "terms",
        "tier",
        "yields",
    )

    def __init__(self, terms: ListTerms, tier: Tier, order: int) -> None:
        self.terms = terms
        self.tier = tier
        self.order = order
        self.list_id = terms.list_id
        self.number = terms.list_id.int
        self.start = terms.period.start
        self.basis = _BASIS[terms.break_basis]
        self.is_graduated = terms.break_type is BreakType.GRADUATED
        self.is_contract = terms.kind is PriceKind.CONTRACT
        self.yields = self.is_contract and terms.contract_rule is ContractRule.LOWEST_WINS
        self.closes = self.is_contract or terms.combination is Combination.REPLACE
        self.takes_turns = terms.kind in _LAST
        is_fallback = terms.kind is PriceKind.PURCHASE_PLUS_MARGIN
        self.markup = plus(ONE, percent(terms.margin_percent)) if is_fallback else None


def contenders(request: PriceRequest, lists: Iterable[ListTerms]) -> list[Contender]:
    """Rank the lists that speak to the buyer, strongest first; the filters run once a list."""
    tiers = [(tier_of(request, terms), terms) for terms in lists if speaks_to(request, terms)]
    orders = {tier: order for order, tier in enumerate(sorted({tier for tier, _ in tiers}))}
    ranked = [Contender(terms, tier, orders[tier]) for tier, terms in tiers]
    return sorted(ranked, key=lambda contender: (contender.order, contender.number))


def tier_of(request: PriceRequest, terms: ListTerms) -> Tier:
    """Rank a list that speaks to the buyer."""
    distance, territory = terms.distance, 0
    if terms.kind is PriceKind.LEVEL and terms.level_id is not None:
        distance = request.level_ids.index(terms.level_id)
    if terms.kind is PriceKind.TERRITORY and terms.territory_id is not None:
        territory = request.territory_ids.index(terms.territory_id)
    return _RANK[terms.kind], distance, -terms.priority, territory


def strength(contender: Contender, line: RequestLine, row: PriceRow) -> Strength:
    """Rank a row that covers the line; a derived row counts as of the list that derives it."""
    category, level = row.category_id, row.packaging_level
    start, begins = contender.start, row.valid_from
    # Of a tuple, in half the time: hundreds are ranked for an order.
    new = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return new(
        Strength,
        (
            *contender.tier,
            _scope(row),
            0 if category is None else line.category_path.index(category),
            0 if level is line.packaging_level else _unit_distance(level, line.packaging_level),
            END_OF_TIME - (max(start, begins)),
            row.entry_id.int,
            contender.number,
        ),
    )


def why_stronger(winner: Strength, loser: Strength) -> str:
    """Say in words at which comparison the winner is ahead."""
    for name, reason in _WHY.items():
        if getattr(winner, name) != getattr(loser, name):
            return reason
    return "is the same row"


def _scope(row: PriceRow) -> int:
    if row.sku_id is not None:
        return 0
    if row.brand_id is not None:
        return 1
    return 2 if row.category_id is not None else 3


def _unit_distance(priced: PackagingLevel | None, ordered: PackagingLevel) -> int:
    if priced is None:
        return 1
    steps = abs(_LEVELS.index(priced) - _LEVELS.index(ordered))
    return 0 if steps == 0 else 1 + steps
