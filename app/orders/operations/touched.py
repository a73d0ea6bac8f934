"""Which open carts and orders hold goods whose price would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from app.db.work import Work
from app.pricing.operations.impact import Reach

# Carts of the buyer's people and of the seller's reps alike; orders that can still be priced anew.
_TOUCHED = text("""
    WITH asked AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS a(
            set_id uuid, relationship_ids uuid[], sku_ids uuid[], is_of_groups boolean)
    )
    SELECT a.set_id,
           (SELECT count(*) FROM cart c
            WHERE c.tenant_id = :tenant_id AND c.relationship_id = ANY(a.relationship_ids)
              AND EXISTS (SELECT FROM cart_line l WHERE l.tenant_id = :tenant_id
                          AND l.cart_id = c.id
                          AND (a.is_of_groups OR l.sku_id = ANY(a.sku_ids)))) AS carts,
           (SELECT count(*) FROM orders o
            WHERE o.tenant_id = :tenant_id AND o.relationship_id = ANY(a.relationship_ids)
              AND o.state IN ('DRAFT', 'SUBMITTED')
              AND EXISTS (SELECT FROM order_line l WHERE l.tenant_id = :tenant_id
                          AND l.order_id = o.id
                          AND (a.is_of_groups OR l.sku_id = ANY(a.sku_ids)))) AS orders
    FROM asked a
""")


@dataclass(frozen=True, slots=True)
class Touched:
    """How many open carts and orders a change of prices touches."""

    carts: int = 0
    orders: int = 0


async def touched(work: Work, reaches: Mapping[UUID, Reach]) -> dict[UUID, Touched]:
    """Count open carts and orders for each reach; one statement, none for nothing."""
    if not reaches:
        return {}
    asked = [_asked(key, reach) for key, reach in reaches.items()]
    parameters = {"tenant_id": work.tenant_id, "asked": orjson.dumps(asked).decode()}
    rows = await work.session.execute(_TOUCHED, parameters)
    return {row.set_id: Touched(row.carts, row.orders) for row in rows}


def _asked(set_id: UUID, reach: Reach) -> dict[str, Any]:
    return {
        "set_id": set_id,
        "relationship_ids": reach.relationship_ids,
        "sku_ids": reach.sku_ids,
        "is_of_groups": reach.is_of_groups,
    }
