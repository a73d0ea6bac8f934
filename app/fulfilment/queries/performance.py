"""How well carriers carry, held against what was agreed with them (R1-58, R1-66)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.period import DateOutOfSense, sensible_day
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day, local_instant, tenant_of

MOST_DAYS, USUAL_DAYS = 366, 30
_HUNDREDTH = Decimal("0.01")


@dataclass(slots=True)
class Performance:
    """What a carrier did with the shipments that it was given within a period.

    `on_time` arrived within the days that were agreed for their region, `late` did not, or have
    not yet and should have; `unpromised` have no agreement that says. `prices` are what was agreed
    for a shipment, summed by currency.
    """

    shipments: int = 0
    arrived: int = 0
    on_time: int = 0
    late: int = 0
    unpromised: int = 0
    lost: int = 0
    damaged: int = 0
    refused: int = 0
    ratings: int = 0
    poor_ratings: int = 0
    stars: int = 0
    prices: dict[str, Decimal] = field(default_factory=dict[str, Decimal])

    @property
    def average_rating(self) -> Decimal | None:
        """What buyers said of it from 1 to 5, to two places; none before anybody did."""
        if not self.ratings:
            return None
        return (Decimal(self.stars) / self.ratings).quantize(_HUNDREDTH)


@requires(Permission.CARRIER_WRITE)
async def performance_by_carrier(
    work: Work, carrier_ids: Collection[UUID], since: date | None, until: date | None
) -> dict[UUID, Performance]:
    """Reckon for own carriers over the hand-overs from a day to another, both included.

    Days are those of the network; without any it is the thirty until today. Two statements.
    """
    today = await local_day(work)
    until = until or today
    try:
        since = since or sensible_day(until) - timedelta(days=USUAL_DAYS)
        if not sensible_day(since) <= sensible_day(until) <= since + timedelta(days=MOST_DAYS):
            raise Invalid("until", f"must be the same day or later, by {MOST_DAYS} at most")
    except DateOutOfSense as problem:
        raise Invalid("since", str(problem)) from None
    found = {key: Performance() for key in carrier_ids}
    given = {
        "tenant": work.tenant_id,
        "own": work.actor.own_organisation,
        "ids": list(carrier_ids),
        "zone": (await tenant_of(work)).time_zone,
        "since": await local_instant(work, since),
        "until": await local_instant(work, until + timedelta(days=1)),
        "today": today,
    }
    for carrier_id, currency, price, *counts in await work.session.execute(_RECKONED, given):
        each = found[carrier_id]
        for name, count in zip(_COUNTED, counts, strict=True):
            setattr(each, name, getattr(each, name) + count)
        if price is not None:
            each.prices[currency] = each.prices.get(currency, Decimal(0)) + price
    return found


_COUNTED = (
    "shipments",
    "arrived",
    "on_time",
    "late",
    "unpromised",
    "lost",
    "damaged",
    "refused",
    "ratings",
    "poor_ratings",
    "stars",
)
_RECKONED = text("""
    WITH moved AS (
        SELECT shipment.carrier_id, shipment.id, shipment.status, shipment.rating,
            (shipment.handed_over_at AT TIME ZONE :zone)::date AS left_on,
            (coalesce(seen.arrived_at, shipment.signed_at) AT TIME ZONE :zone)::date AS arrived_on,
            coalesce(nullif(orders.delivery_address ->> 'region', ''), buyer.region) AS region,
            carrier.agreements
        FROM shipment
        JOIN carrier ON carrier.tenant_id = shipment.tenant_id
            AND carrier.id = shipment.carrier_id AND carrier.organisation_id = :own
        JOIN orders ON orders.tenant_id = shipment.tenant_id AND orders.id = shipment.order_id
        JOIN organisation buyer
            ON buyer.tenant_id = orders.tenant_id AND buyer.id = orders.buyer_id
        LEFT JOIN (
            SELECT tenant_id, shipment_id, min(happened_at) AS arrived_at FROM tracking_event
            WHERE tenant_id = :tenant AND status = 'ARRIVED' GROUP BY tenant_id, shipment_id
        ) seen ON seen.tenant_id = shipment.tenant_id AND seen.shipment_id = shipment.id
        WHERE shipment.tenant_id = :tenant AND shipment.carrier_id = ANY(CAST(:ids AS uuid[]))
            AND shipment.handed_over_at >= :since AND shipment.handed_over_at < :until
    ), promised AS (
        SELECT moved.*, promise.currency, promise.price, moved.left_on + promise.days AS due_on
        FROM moved LEFT JOIN LATERAL (
            SELECT agreed ->> 'currency' AS currency, (said ->> 'days')::int AS days,
                (said ->> 'per_shipment')::numeric AS price
            FROM jsonb_array_elements(moved.agreements) agreed,
                jsonb_array_elements(agreed -> 'promises') said
            WHERE (agreed ->> 'since')::date <= moved.left_on
                AND coalesce((agreed ->> 'until')::date >= moved.left_on, true)
                AND coalesce(said ->> 'region' = moved.region, true)
            ORDER BY said ->> 'region' NULLS LAST LIMIT 1
        ) promise ON true
    )
    SELECT carrier_id, currency, sum(price), count(*), count(arrived_on),
        count(*) FILTER (WHERE arrived_on <= due_on),
        count(*) FILTER (WHERE coalesce(arrived_on, :today) > due_on),
        count(*) FILTER (WHERE due_on IS NULL),
        count(*) FILTER (WHERE EXISTS (
            SELECT 1 FROM shipment_line line WHERE line.tenant_id = :tenant
                AND line.shipment_id = promised.id AND line.lost > 0)),
        count(*) FILTER (WHERE EXISTS (
            SELECT 1 FROM order_exception trouble WHERE trouble.tenant_id = :tenant
                AND trouble.shipment_id = promised.id AND trouble.kind = 'DAMAGED')),
        count(*) FILTER (WHERE status IN ('REFUSED', 'RETURNED_TO_WAREHOUSE')),
        count(rating), count(*) FILTER (WHERE rating <= 2), coalesce(sum(rating), 0)
    FROM promised GROUP BY carrier_id, currency
""")
