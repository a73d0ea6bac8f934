"""Quotas: how much of a scarce SKU customers may have in a period (domain.md (b) 26)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select

from app.audit.operations import record
from app.catalog.models import Product, Sku
from app.catalog.operations import readable_products
from app.db.idempotency import once
from app.db.work import Work
from app.inventory import locks
from app.inventory.errors import QuotaEnded
from app.inventory.models import StockQuota
from app.inventory.rules import QuotaPeriod
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.period import DateOutOfSense, sensible_day
from app.organisations.models import CustomerLevel, TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day

MOST_PIECES = Decimal(10**9)


@dataclass(frozen=True, slots=True)
class NewQuota:
    """A quota of one customer, of every customer of a level, or of every customer.

    In pieces, from `starts_on` (today unless told) to `ends_on`, both included.
    """

    sku_id: UUID
    pieces: Decimal
    period: QuotaPeriod
    relationship_id: UUID | None = None
    level_id: UUID | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@requires(Permission.ORDER_ALLOCATE)
async def create_stock_quota(work: Work, new: NewQuota, key: str) -> UUID:
    """Bound what customers may have set aside of a SKU from a day on, once a key.

    What was set aside before does not count. Raises `NotFound` for foreign ids.
    """

    async def command(quota_id: UUID) -> None:
        today = await local_day(work)
        starts_on = new.starts_on or today
        _check(new, starts_on, today)
        await _check_known(work, new)
        quota = StockQuota(
            id=quota_id,
            organisation_id=work.actor.own_organisation,
            sku_id=new.sku_id,
            relationship_id=new.relationship_id,
            level_id=new.level_id,
            pieces=new.pieces,
            period=new.period,
            starts_on=starts_on,
            ends_on=new.ends_on,
            created_at=work.now,
        )
        await work.save(quota)
        after = {"sku_id": str(new.sku_id), "pieces": f"{new.pieces:f}", "period": new.period}
        record(work, "CREATE_STOCK_QUOTA", "stock_quota", quota_id, after=after)

    return await once(work, key, "createStockQuota", new, new_id(), command)


@requires(Permission.ORDER_ALLOCATE)
async def end_stock_quota(work: Work, quota_id: UUID, reason: str | None = None) -> UUID:
    """Let a quota bind nobody any more; raises `QuotaEnded`, and `NotFound` for foreign ones."""
    quota = await locks.own_quota(work, quota_id)
    if quota is None:
        raise NotFound("StockQuota")
    if quota.ended_at is not None:
        raise QuotaEnded
    quota.ended_at = work.now
    record(work, "END_STOCK_QUOTA", "stock_quota", quota_id, reason=reason)
    return quota_id


def _check(new: NewQuota, starts_on: date, today: date) -> None:
    if not 0 <= new.pieces <= MOST_PIECES or new.pieces != new.pieces.to_integral_value():
        raise Invalid("pieces", f"must be whole pieces, at most {MOST_PIECES}")
    if new.relationship_id and new.level_id:
        raise Invalid("levelId", "cannot be given with a relationship")
    for field, day in (("startsOn", starts_on), ("endsOn", new.ends_on)):
        if day is None:
            continue
        try:
            sensible_day(day)
        except DateOutOfSense as error:
            raise Invalid(field, str(error)) from None
    if starts_on < today:
        raise Invalid("startsOn", "must not lie in the past")
    if new.ends_on and new.ends_on < starts_on:
        raise Invalid("endsOn", "must not lie before the first day")


async def _check_known(work: Work, new: NewQuota) -> None:
    own = work.actor.own_organisation
    sku = (
        exists()
        .where(Sku.tenant_id == work.tenant_id, Sku.id == new.sku_id)
        .where(Product.tenant_id == Sku.tenant_id, Product.id == Sku.product_id)
        .where(readable_products(work))
    )
    relationship = exists().where(
        TradingRelationship.tenant_id == work.tenant_id,
        TradingRelationship.id == new.relationship_id,
        TradingRelationship.seller_id == own,
    )
    level = exists().where(
        CustomerLevel.tenant_id == work.tenant_id,
        CustomerLevel.id == new.level_id,
        CustomerLevel.seller_id == own,
    )
    found = (await work.session.execute(select(sku, relationship, level))).one()
    given = (
        ("Sku", "skuId", new.sku_id),
        ("TradingRelationship", "relationshipId", new.relationship_id),
        ("CustomerLevel", "levelId", new.level_id),
    )
    for (kind, field, wanted), is_known in zip(given, found, strict=True):
        if wanted and not is_known:
            raise NotFound(kind).at(field)
