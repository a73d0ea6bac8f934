"""What low stock asks for goes into a cart of the supplier (R1-53)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from uuid import UUID

from app.catalog.operations import known_facts
from app.catalog.rules import SkuFacts
from app.db.idempotency import once
from app.db.work import Work
from app.inventory.models import StockAlert
from app.inventory.operations.alerting import low_stock
from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.ordering.operations.filling import fill, priced_outcomes, target_of
from app.ordering.rules.filling import LineOutcome, LineOutcomeKind, outcome_of
from app.ordering.rules.suggesting import pack_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Replenishing:
    """Low-stock alerts of the own organisation, and the cart they go into; none means all."""

    relationship_id: UUID
    cart_id: UUID | None = None
    alert_ids: Sequence[UUID] = ()


@requires(Permission.STOCK_READ)
async def take_stock_alerts(work: Work, wanted: Replenishing, key: str) -> list[LineOutcome]:
    """Put what low-stock alerts that are not mended ask for into a cart, in whole packs.

    What several warehouses lack of a SKU stands on one line. The statements do not grow with the
    alerts. Raises `NotFound` for alerts that are not the own organisation's, or ask for something
    else, and for relationships in which it does not buy.
    """
    target = await target_of(work, wanted.relationship_id, wanted.cart_id)
    own = work.actor.own_organisation
    is_its = target.relationship.id == wanted.relationship_id
    if not is_its or target.relationship.buyer_id != own:
        raise NotFound("TradingRelationship").at("relationshipId")
    alerts = await low_stock(work, own, wanted.alert_ids)
    if wanted.alert_ids and len(alerts) < len(set(wanted.alert_ids)):
        raise NotFound("StockAlert").at("alertIds")
    outcomes = await priced_outcomes(work, target, await _lines(work, alerts))
    body = [wanted.relationship_id, wanted.cart_id, list(wanted.alert_ids)]

    async def command(_relationship_id: UUID) -> None:
        await fill(work, target, outcomes)

    await once(work, key, "takeStockAlerts", body, target.relationship.id, command)
    return outcomes


async def _lines(work: Work, alerts: Sequence[StockAlert]) -> list[LineOutcome]:
    missing: dict[UUID, Decimal] = {}
    for alert in alerts:
        missing[alert.sku_id] = missing.get(alert.sku_id, Decimal(0)) + alert.quantity
    facts = await known_facts(work, missing)
    known = [(facts[key], pieces) for key, pieces in missing.items() if key in facts]
    return [_line(number, *each) for number, each in enumerate(known, start=1)]


def _line(number: int, sku: SkuFacts, pieces: Decimal) -> LineOutcome:
    level, factor = pack_of(sku.packaging) or (PackagingLevel.PIECE, Decimal(1))
    packs = Decimal(ceil(Fraction(pieces) / Fraction(factor)))
    bare = LineOutcome(
        number=number,
        text=f"{sku.code}: {pieces.normalize():f} pieces are missing.",
        kind=LineOutcomeKind.TAKEN,
        sku_id=sku.sku_id,
        possible=tuple(sku.packaging),
    )
    return outcome_of(bare, sku, level, packs)
