"""Bands for the own prices, or for those of the levels below (R3-15, domain.md (b) 9, 43..45)."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from app.audit.operations import record
from app.catalog.models import Category
from app.catalog.operations import check_known, known_facts
from app.db.idempotency import once
from app.db.knowledge import known_from
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.money import AmountOutOfRange, checked_amount, typed_currency
from app.kernel.period import Period
from app.kernel.quantity import PackagingLevel
from app.organisations.models import CustomerLevel, TradingRelationship
from app.organisations.operations import check_owned, find_relationship
from app.pricing import locks
from app.pricing.errors import (
    BandLimitZero,
    BandOverlaps,
    BandUpsideDown,
    CurrencyNotOfRelationship,
    PriceBandEnded,
    PriceFromPast,
)
from app.pricing.models import PriceBand
from app.pricing.operations.days import day_of, period_from_now, period_of
from app.pricing.rules.change import BandAudience, OutsideBand
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

_FIELDS = {
    "floor": "limits.floor",
    "ceiling": "limits.ceiling",
    "recommended_retail_price": "limits.recommendedRetailPrice",
    "maximum_retail_price": "limits.maximumRetailPrice",
}
_PAIRS = (("floor", "ceiling"), ("recommended_retail_price", "maximum_retail_price"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BandLimits:
    """What a band says, prices per piece or per packaging unit without tax, none where silent."""

    floor: Decimal | None = None
    ceiling: Decimal | None = None
    minimum_margin_percent: Decimal | None = None
    recommended_retail_price: Decimal | None = None
    maximum_retail_price: Decimal | None = None
    outside: OutsideBand = OutsideBand.REFUSE
    is_floor_visible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBand:
    """A band as a person describes it: from now without a first day, for good without a last.

    For a SKU, for a category with all below it, or for everything, which can bind a margin only.
    Without a currency it is in the relationship's, or else in the network's.
    """

    audience: BandAudience
    limits: BandLimits
    relationship_id: UUID | None = None
    level_id: UUID | None = None
    sku_id: UUID | None = None
    category_id: UUID | None = None
    currency: str | None = None
    packaging_level: PackagingLevel | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BandChange:
    """What a band says from a day on, from now without one; what it said before stays known."""

    limits: BandLimits
    first_day: date | None = None
    last_day: date | None = None


@requires(Permission.PRICE_BAND_WRITE)
async def grant_price_band(work: Work, new: NewBand, idempotency_key: str) -> PriceBand:
    """Bound the own prices, or those of buyers below; the same key does it once (F9).

    Raises `BandUpsideDown`, `BandLimitZero`, `BandOverlaps`, `CurrencyNotOfRelationship`,
    `PriceFromPast`, `Invalid`, and `NotFound` for a SKU, category, level or customer out of reach.
    """
    made = await once(
        work, idempotency_key, "grantPriceBand", new, new_id(), lambda key: _grant(work, key, new)
    )
    return await _own_band(work, made)


@requires(Permission.PRICE_BAND_WRITE)
async def change_price_band(work: Work, band_id: UUID, change: BandChange) -> PriceBand:
    """Let an own band end and the same band say something else from there on.

    Raises what `grant_price_band` raises, and `PriceBandEnded`.
    """
    await locks.seller(work)
    old = await _own_band(work, band_id)
    zone = (await tenant_of(work)).time_zone
    period = period_from_now(work, change.first_day, change.last_day, zone)
    _check_not_ended(old, period.start, zone)
    _check_limits(change.limits, is_for_everything=old.sku_id is None and old.category_id is None)
    before = _shown(old)
    end = max(old.valid_from, period.start)
    band = _same(work, old, change.limits, Period(period.start, period.end))
    await _cut(work, old, end)
    await _check_overlap(work, band)
    band.created_at = await known_from(work)
    await work.save(band)
    record(work, "PRICE_BAND_CHANGED", "price_band", band.id, before=before, after=_shown(band))
    return band


@requires(Permission.PRICE_BAND_WRITE)
async def end_price_band(work: Work, band_id: UUID, last_day: date | None) -> PriceBand:
    """Let an own band end after a day, or at once without one; one not yet begun never begins.

    Raises `PriceBandEnded`, and `PriceFromPast` for a day that is over.
    """
    await locks.seller(work)
    band = await _own_band(work, band_id)
    zone = (await tenant_of(work)).time_zone
    end = _end(work, last_day, zone)
    _check_not_ended(band, end, zone)
    before = _shown(band)
    await _cut(work, band, max(band.valid_from, end))
    record(work, "PRICE_BAND_ENDED", "price_band", band_id, before=before, after=_shown(band))
    return band


async def _grant(work: Work, band_id: UUID, new: NewBand) -> None:
    everything = new.sku_id is None and new.category_id is None
    _check_limits(new.limits, is_for_everything=everything)
    _check_shape(new)
    await locks.seller(work)
    currency = await _check_reach(work, new)
    zone = (await tenant_of(work)).time_zone
    period = period_from_now(work, new.first_day, new.last_day, zone)
    band = _made(work, band_id, new, currency, period)
    await _check_overlap(work, band)
    band.created_at = await known_from(work)
    await work.save(band)
    record(work, "PRICE_BAND_GRANTED", "price_band", band_id, after=_shown(band))


def _check_limits(limits: BandLimits, *, is_for_everything: bool) -> None:
    prices: dict[str, Decimal] = {
        name: price for name in _FIELDS if (price := getattr(limits, name)) is not None
    }
    for name, price in prices.items():
        _check_price(_FIELDS[name], price, is_for_everything=is_for_everything)
    for low, high in _PAIRS:
        if low in prices and high in prices and prices[low] > prices[high]:
            upside_down = BandUpsideDown(str(prices[low]), str(prices[high]))
            raise upside_down.at(_FIELDS[low])
    margin = limits.minimum_margin_percent
    if margin is not None and not (margin.is_finite() and 0 <= margin < 100):  # noqa: PLR2004  # percent
        raise Invalid("limits.minimumMarginPercent", "must be 0 or more, and less than 100")
    if not prices and margin is None:
        raise Invalid("limits.floor", "give at least one limit, a price or minimumMarginPercent")


def _check_price(field: str, price: Decimal, *, is_for_everything: bool) -> None:
    if is_for_everything:
        raise Invalid(field, "needs a skuId or categoryId: everything can bind a margin only")
    if price == 0:
        raise BandLimitZero().at(field)
    try:
        checked_amount(price)
    except AmountOutOfRange as beyond:
        raise Invalid(field, str(beyond)) from beyond
    if price < 0:
        raise Invalid(field, "must not be negative")


def _check_shape(new: NewBand) -> None:
    for path, given, audience in (
        ("relationshipId", new.relationship_id, BandAudience.RELATIONSHIP),
        ("levelId", new.level_id, BandAudience.LEVEL),
    ):
        if (given is not None) != (new.audience is audience):
            rule = "must be left out" if given is not None else "must be given"
            raise Invalid(path, f"{rule} for the audience {new.audience}")
    if new.sku_id is not None and new.category_id is not None:
        raise Invalid("categoryId", "must be left out: a skuId stands alone")
    if new.packaging_level is not None and new.sku_id is None:
        raise Invalid("packagingLevel", "needs a skuId: only a SKU says how many pieces it holds")


async def _check_reach(work: Work, new: NewBand) -> str:
    """Make sure of everything that the band names, and return its currency."""
    own = work.actor.own_organisation
    await check_owned(work, CustomerLevel, own, new.level_id, "levelId")
    await check_known(work, Category, new.category_id, "categoryId")
    if new.sku_id is not None:
        facts = await known_facts(work, [new.sku_id])
        if new.sku_id not in facts:
            raise NotFound("Sku").at("skuId")
        level = new.packaging_level
        if level is not None and level not in facts[new.sku_id].packaging:
            known = ", ".join(facts[new.sku_id].packaging)
            raise Invalid("packagingLevel", f"must be one of {known}")
    customer = await _customer(work, new.relationship_id)
    currency = new.currency or (customer.currency if customer else (await tenant_of(work)).currency)
    _check_currency(currency, customer)
    return currency


async def _customer(work: Work, relationship_id: UUID | None) -> TradingRelationship | None:
    if relationship_id is None:
        return None
    found = await find_relationship(work, relationship_id)
    if found is None or found.seller_id != work.actor.own_organisation:
        raise NotFound("TradingRelationship").at("relationshipId")
    return found


def _check_currency(currency: str, customer: TradingRelationship | None) -> None:
    typed_currency(currency)
    if customer is not None and customer.currency != currency:
        raise CurrencyNotOfRelationship(currency, customer.currency)


async def _check_overlap(work: Work, band: PriceBand) -> None:
    same = (
        "grantor_id",
        "audience",
        "relationship_id",
        "level_id",
        "sku_id",
        "category_id",
        "currency",
    )
    statement = select(PriceBand.valid_from).where(
        *(getattr(PriceBand, name).is_not_distinct_from(getattr(band, name)) for name in same),
        or_(PriceBand.valid_until.is_(None), PriceBand.valid_until > band.valid_from),
    )
    if band.valid_until is not None:
        statement = statement.where(PriceBand.valid_from < band.valid_until)
    earliest = await work.session.scalar(statement.order_by(PriceBand.valid_from).limit(1))
    if earliest is not None:
        raise BandOverlaps(str(day_of(earliest, (await tenant_of(work)).time_zone)))


async def _own_band(work: Work, band_id: UUID) -> PriceBand:
    statement = select(PriceBand).where(
        PriceBand.id == band_id, PriceBand.grantor_id == work.actor.own_organisation
    )
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("PriceBand").at("priceBandId")
    return found


def _check_not_ended(band: PriceBand, end: datetime, zone: str) -> None:
    if band.valid_until is not None and band.valid_until <= end:
        raise PriceBandEnded(str(day_of(band.valid_until, zone)))


def _end(work: Work, last_day: date | None, zone: str) -> datetime:
    today = day_of(work.now, zone)
    if last_day is None:
        return work.now
    if last_day < today:
        raise PriceFromPast(str(last_day), str(today)).at("lastDay")
    return period_of(last_day, last_day, zone).end or work.now


async def _cut(work: Work, band: PriceBand, end: datetime) -> None:
    """Let a band end; one that has never been in force is taken away, the audit trail keeps it."""
    band.valid_until = end
    if band.valid_from >= end:
        await work.session.delete(band)
    await work.session.flush()


def _made(work: Work, band_id: UUID, new: NewBand, currency: str, period: Period) -> PriceBand:
    return PriceBand(
        id=band_id,
        grantor_id=work.actor.own_organisation,
        audience=new.audience,
        relationship_id=new.relationship_id,
        level_id=new.level_id,
        sku_id=new.sku_id,
        category_id=new.category_id,
        currency=currency,
        packaging_level=new.packaging_level,
        valid_from=period.start,
        valid_until=period.end,
        created_at=work.now,
        **_said(new.limits),
    )


def _same(work: Work, old: PriceBand, limits: BandLimits, period: Period) -> PriceBand:
    return PriceBand(
        id=new_id(),
        grantor_id=old.grantor_id,
        audience=old.audience,
        relationship_id=old.relationship_id,
        level_id=old.level_id,
        sku_id=old.sku_id,
        category_id=old.category_id,
        currency=old.currency,
        packaging_level=old.packaging_level,
        valid_from=period.start,
        valid_until=period.end,
        created_at=work.now,
        **_said(limits),
    )


def _said(limits: BandLimits) -> dict[str, Decimal | str | bool | None]:
    return {each.name: getattr(limits, each.name) for each in fields(limits)}


def _shown(band: PriceBand) -> dict[str, object]:
    names = (*_said(BandLimits()), "audience", "currency", "valid_from", "valid_until")
    held = {name: getattr(band, name) for name in names}
    return {name: None if value is None else str(value) for name, value in held.items()}
