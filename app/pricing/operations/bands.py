"""Bands: which of them bind a seller's prices, as guards of step 11 (bounded delegation).

Of the bands of one grantor each limit is taken from the narrowest that sets it: a SKU before the
nearest category before everything, then one buyer before a level before all buyers, then the later
start. Every grantor's limits bind, the seller's own among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import UUID

from app.catalog.operations import SkuFacts, sku_facts
from app.db.work import Work
from app.kernel.quantity import PackagingLevel
from app.organisations.models import TradingRelationship
from app.pricing.models import PriceBand
from app.pricing.operations.bands_over import BandRead, bands_over
from app.pricing.operations.lines import Facts
from app.pricing.rules.change import BandAudience, OutsideBand
from app.pricing.rules.guards import Guard, GuardKind, check_guards
from app.tenants.models import BandRule
from app.tenants.operations import tenant_of

_AUDIENCES = (BandAudience.OWN, BandAudience.RELATIONSHIP, BandAudience.LEVEL)
_LIMITS = (
    "floor",
    "ceiling",
    "minimum_margin_percent",
    "maximum_retail_price",
    "recommended_retail_price",
)
_LIMIT_OF = {
    GuardKind.FLOOR: "floor",
    GuardKind.CEILING: "ceiling",
    GuardKind.MARGIN: "minimum_margin_percent",
    GuardKind.MAXIMUM_RETAIL_PRICE: "maximum_retail_price",
}
_PRICES = frozenset(_LIMITS) - {"minimum_margin_percent"}
_PLACES = Decimal("0.0001")
Limits = dict[str, Fraction | Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPrice:
    """A selling price somebody wants to set; `position` names it in the answer.

    `begins_at` is for whoever is asked about it: bands are those of the instant asked for.
    """

    position: int
    sku_id: UUID
    packaging_level: PackagingLevel | None
    amount: Decimal
    currency: str
    is_tax_inclusive: bool
    begins_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BandConflict:
    """A proposed price outside a band; `limit` is per piece without tax, or a margin in percent.

    The limit is none where the seller may not see the floor; `text` goes on after the price. An
    advisory band only warns. `granted_limit` is the limit as its grantor knows it, for nobody else.
    """

    position: int
    kind: GuardKind
    limit: Decimal | None
    outside: OutsideBand
    is_advisory: bool
    text: str
    price: ProposedPrice
    grantor_id: UUID
    granted_limit: Decimal

    @property
    def needs_approval(self) -> bool:
        """Whether the band binds, and lets its grantor approve what lies outside."""
        return self.outside is OutsideBand.APPROVAL and not self.is_advisory

    @property
    def refuses(self) -> bool:
        """Whether the band binds, and refuses what lies outside."""
        return self.outside is OutsideBand.REFUSE and not self.is_advisory


@dataclass(frozen=True, slots=True)
class _Seen:
    """Whose prices are guarded, and whether what others granted binds."""

    seller_id: UUID
    is_advisory: bool
    taken: dict[UUID, Limits] = field(default_factory=dict[UUID, Limits])


async def bands_for(  # noqa: PLR0913  # a limit depends on this much
    work: Work,
    seller_id: UUID,
    relationship: TradingRelationship,
    facts: Facts,
    instant: datetime,
    *,
    known_at: datetime | None = None,
) -> list[Guard]:
    """Return the guards of a seller's prices in a relationship's currency; one statement.

    They are ordered by SKU, the seller's own first. Retail prices and margins bind like the rest.
    Bands that were granted after `known_at` do not count, if it is given.
    """
    rows = await bands_over(work, seller_id, {relationship.currency}, facts, instant)
    if known_at is not None:
        rows = [row for row in rows if row.band.created_at <= known_at]
    return await _guards(work, seller_id, rows, facts.values())


async def band_conflicts(
    work: Work,
    seller_id: UUID,
    prices: Sequence[ProposedPrice],
    *,
    instant: datetime | None = None,
    purchase_prices: Mapping[UUID, Fraction] | None = None,
) -> list[BandConflict]:
    """Tell which selling prices lie outside which band, in the order given; three statements.

    `purchase_prices` are per piece without tax in the currency of the price; a SKU that is not
    among them has no margin to check. Unknown SKUs and packaging are somebody else's to refuse.
    """
    if not prices:
        return []
    facts = await sku_facts(work, {price.sku_id for price in prices})
    currencies = {price.currency for price in prices}
    rows = await bands_over(work, seller_id, currencies, facts, instant or work.now)
    grantors = {row.band.id: row.band.grantor_id for row in rows}
    found: list[BandConflict] = []
    for currency in sorted(currencies):
        of_currency = [row for row in rows if row.band.currency == currency]
        asked: dict[UUID, dict[UUID, Guard]] = {}
        for guard in await _guards(work, seller_id, of_currency, facts.values()):
            asked.setdefault(guard.sku_id, {})[guard.source_id] = guard
        for price in prices:
            guards = asked.get(price.sku_id)
            if price.currency == currency and guards:
                cost = (purchase_prices or {}).get(price.sku_id)
                found += _conflicts(price, facts[price.sku_id], cost, guards, grantors)
    return sorted(found, key=lambda conflict: conflict.position)


class GrantedBands:
    """What others grant a seller, read once and asked SKU by SKU."""

    def __init__(self, seller_id: UUID, rows: Iterable[BandRead]) -> None:
        """Sort bands by the SKU or category that they are for; the seller's own are left out."""
        self._seller_id = seller_id
        self._grantors: dict[UUID, UUID] = {}
        self._rows: dict[UUID | None, list[BandRead]] = {}
        for row in rows:
            if row.band.grantor_id != seller_id:
                self._grantors[row.band.id] = row.band.grantor_id
                scope = row.band.sku_id or row.band.category_id
                self._rows.setdefault(scope, []).append(row)

    def __bool__(self) -> bool:
        """Tell whether anything is granted at all for the SKUs that were asked."""
        return bool(self._rows)

    def guards_of(self, sku: SkuFacts) -> list[tuple[UUID, Guard]]:
        """Return grantors and the limits that bind a SKU, each from its narrowest band."""
        scopes = (sku.sku_id, *sku.category_path, None)
        rows = [row for scope in scopes for row in self._rows.get(scope, ())]
        guards = _guards_of(_Seen(self._seller_id, is_advisory=False), sku, rows)
        return [(self._grantors[guard.source_id], guard) for guard in guards]


async def granted_bands(
    work: Work, seller_id: UUID, currency: str, facts: Facts, instant: datetime
) -> GrantedBands:
    """Read what binds a seller's prices of the SKUs but its own bands; one statement."""
    return GrantedBands(seller_id, await bands_over(work, seller_id, {currency}, facts, instant))


async def _guards(
    work: Work, seller_id: UUID, rows: Sequence[BandRead], facts: Iterable[SkuFacts]
) -> list[Guard]:
    is_advisory = (await tenant_of(work)).band_rule == BandRule.ADVISORY
    return [
        guard
        for sku in sorted(facts, key=lambda sku: sku.sku_id)
        for guard in _guards_of(_Seen(seller_id, is_advisory), sku, rows)
    ]


def _guards_of(seen: _Seen, sku: SkuFacts, rows: Sequence[BandRead]) -> list[Guard]:
    found: list[Guard] = []
    covering = [row for row in rows if _scope_place(row.band, sku) is not None]
    for row in sorted(covering, key=lambda row: _place(seen.seller_id, sku, row)):
        taken = seen.taken.setdefault(row.band.grantor_id, {})
        limits = {
            name: limit for name, limit in _limits(row.band, sku).items() if name not in taken
        }
        taken |= limits
        if limits:
            found.append(_guard(seen, sku, row, limits))
    return found


def _guard(seen: _Seen, sku: SkuFacts, row: BandRead, limits: Limits) -> Guard:
    is_own = row.band.grantor_id == seen.seller_id
    return Guard(
        sku_id=sku.sku_id,
        source_id=row.band.id,
        outside=OutsideBand(row.band.outside),
        granted_by_own=is_own,
        grantor=row.grantor.lower().replace("_", "-"),
        is_advisory=seen.is_advisory and not is_own,
        is_floor_visible=is_own or row.band.is_floor_visible,
        **limits,  # pyright: ignore[reportArgumentType]  # names and kinds of `_LIMITS`
    )


def _place(seller_id: UUID, sku: SkuFacts, row: BandRead) -> tuple[object, ...]:
    band = row.band
    audience = BandAudience(band.audience)
    return (
        band.grantor_id != seller_id,
        band.grantor_id,
        _scope_place(band, sku),
        _AUDIENCES.index(audience) if audience in _AUDIENCES else len(_AUDIENCES),
        row.distance,
        -band.valid_from.timestamp(),
        band.id,
    )


def _scope_place(band: PriceBand, sku: SkuFacts) -> int | None:
    if band.sku_id is not None:
        return 0 if band.sku_id == sku.sku_id else None
    if band.category_id is None:
        return len(sku.category_path) + 1
    path = sku.category_path
    return path.index(band.category_id) + 1 if band.category_id in path else None


def _limits(band: PriceBand, sku: SkuFacts) -> Limits:
    level = PackagingLevel(band.packaging_level or PackagingLevel.PIECE)
    factor = sku.packaging.get(level, Decimal(1))
    found: Limits = {}
    for name in _LIMITS:
        limit: Decimal | None = getattr(band, name)
        if limit is not None:
            found[name] = Fraction(limit) / Fraction(factor) if name in _PRICES else limit
    return found


def _conflicts(
    price: ProposedPrice,
    sku: SkuFacts,
    cost: Fraction | None,
    guards: Mapping[UUID, Guard],
    grantors: Mapping[UUID, UUID],
) -> list[BandConflict]:
    level = price.packaging_level or PackagingLevel.PIECE
    if level not in sku.packaging:
        return []
    net = Fraction(price.amount) / Fraction(sku.packaging[level])
    if price.is_tax_inclusive:
        net /= 1 + Fraction(sku.tax_rate_percent) / 100
    return [
        BandConflict(
            price.position,
            reason.kind,
            None if reason.limit is None else _shown(reason.limit),
            guards[reason.source_id].outside,
            guards[reason.source_id].is_advisory,
            reason.text,
            price,
            grantors[reason.source_id],
            _shown(getattr(guards[reason.source_id], _LIMIT_OF[reason.kind])),
        )
        for reason in check_guards(net, cost, guards.values()).reasons
        if reason.kind is not GuardKind.MARGIN_UNKNOWN
    ]


def _shown(given: Fraction | Decimal) -> Decimal:
    limit = Fraction(given)
    exact = Decimal(limit.numerator) / Decimal(limit.denominator)
    return exact.quantize(_PLACES, ROUND_HALF_UP)
