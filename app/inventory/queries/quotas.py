"""Quotas of the own organisation, and what customers have used of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.inventory.models import QuotaUse, StockQuota
from app.inventory.operations.quotas import quotas_of_buyer
from app.inventory.rules import Buyer, QuotaLeft
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_USES = 100


@dataclass(frozen=True, slots=True)
class Used:
    """What a customer has of a quota in a period, and what is left of it, in pieces."""

    relationship_id: UUID
    starts_on: date
    used: Decimal
    left: Decimal


@requires(Permission.ORDER_ALLOCATE, Permission.STOCK_READ)
async def stock_quotas(
    work: Work, page: PageRequest, sku_id: UUID | None = None
) -> Page[StockQuota]:
    """Return the own organisation's quotas, the newest first, ended ones too."""
    statement = select(StockQuota).where(StockQuota.organisation_id == work.actor.own_organisation)
    if sku_id is not None:
        statement = statement.where(StockQuota.sku_id == sku_id)
    rows = await work.session.scalars(newest_first(statement, page, StockQuota.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.ORDER_PLACE)
async def quotas_for_buyer(work: Work, relationship_id: UUID) -> list[tuple[StockQuota, QuotaLeft]]:
    """Return the quotas that bind the own organisation as a buyer now, with what each leaves it.

    Three statements. Raises `NotFound` for relationships in which it does not buy now.
    """
    statement = select(TradingRelationship).where(
        TradingRelationship.id == relationship_id,
        TradingRelationship.buyer_id == work.actor.own_organisation,
        TradingRelationship.valid_from <= work.now,
        or_(TradingRelationship.valid_until.is_(None), TradingRelationship.valid_until > work.now),
    )
    terms = await work.session.scalar(statement)
    if terms is None:
        raise NotFound("TradingRelationship").at("relationshipId")
    buyer = Buyer(relationship_id=terms.id, level_id=terms.level_id)
    return await quotas_of_buyer(work, terms.seller_id, buyer)


@requires(Permission.ORDER_ALLOCATE, Permission.STOCK_READ)
async def quotas_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, StockQuota]:
    """Return own quotas by id."""
    statement = select(StockQuota).where(
        StockQuota.id.in_(set(ids)), StockQuota.organisation_id == work.actor.own_organisation
    )
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.ORDER_ALLOCATE, Permission.STOCK_READ)
async def quota_uses(work: Work, quota_ids: Sequence[UUID]) -> dict[UUID, list[Used]]:
    """Return who has used how much of own quotas, the latest period first; one statement.

    Of each at most `MOST_USES`; who has used nothing is not named.
    """
    found: dict[UUID, list[Used]] = {key: [] for key in quota_ids}
    statement = (
        select(QuotaUse)
        .join(StockQuota, StockQuota.id == QuotaUse.quota_id)
        .where(
            QuotaUse.quota_id.in_(found),
            StockQuota.organisation_id == work.actor.own_organisation,
        )
        .order_by(QuotaUse.starts_on.desc(), QuotaUse.relationship_id)
    )
    for row in await work.session.scalars(statement):
        uses = found[row.quota_id]
        if len(uses) < MOST_USES:
            uses.append(Used(row.relationship_id, row.starts_on, row.used, row.most - row.used))
    return found
