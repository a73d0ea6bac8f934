"""The ledger against the database: what was acknowledged is there, and there once."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg

from chaos.ledger import Fate, Intent

_EFFECTS: Mapping[str, LiteralString] = {
    "placeOrder": "SELECT note, tenant_id, count(*) FROM orders GROUP BY 1, 2",
    "recordPayment": "SELECT reference, tenant_id, count(*) FROM payment GROUP BY 1, 2",
    "bookCarrier": "SELECT tracking_number, tenant_id, count(*) FROM shipment GROUP BY 1, 2",
    "createPriceChangeSet": "SELECT name, tenant_id, count(*) FROM price_change_set GROUP BY 1, 2",
    "submitPriceChangeSet": """
        SELECT name || '/submit', tenant_id, count(*)
        FROM price_change_set WHERE submitted_at IS NOT NULL GROUP BY 1, 2""",
    "receiveStock": """
        SELECT code, l.tenant_id, count(DISTINCT m.source_id)
        FROM stock_lot l JOIN stock_move m ON m.tenant_id = l.tenant_id AND m.lot_id = l.id
        WHERE m.source_kind = 'goods_receipt' GROUP BY 1, 2""",
}
"""How often each thing that clients make under a key of theirs is there, by that key."""

_STEPS: LiteralString = """
    SELECT subject_id, action, tenant_id, count(*) FROM audit_entry
    WHERE subject_kind = 'order' GROUP BY 1, 2, 3
"""


@dataclass
class Comparison:
    """What became of the intents, by operation; each fault in a line."""

    acknowledged: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    unanswered: Counter[str] = field(default_factory=Counter[str])
    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    unasked: list[str] = field(default_factory=list[str])


Effects = Mapping[tuple[str, str, str], int]


def compare(intents: Iterable[Intent], superuser_dsn: str) -> Comparison:
    """Hold every intent against its effects; a refused one may have none."""
    found, comparison = _effects(superuser_dsn), Comparison()
    for intent in intents:
        effects = found.get((intent.operation, intent.tenant, _mark(intent)), 0)
        told = f"{intent.operation} {intent.key}: {effects} effects"
        if intent.fate is Fate.ACKNOWLEDGED:
            comparison.acknowledged[intent.operation] += 1
            if not effects:
                comparison.lost.append(told)
        elif intent.fate is Fate.REFUSED:
            comparison.refused[f"{intent.operation} {intent.result}"] += 1
            if effects:
                comparison.unasked.append(f"{told}, though refused with {intent.result}")
        else:
            comparison.unanswered[intent.operation] += 1
        if effects > 1:
            comparison.doubled.append(told)
    return comparison


def _effects(dsn: str) -> Effects:
    found: dict[tuple[str, str, str], int] = {}
    with psycopg.connect(dsn) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for operation, statement in _EFFECTS.items():
            for key, tenant, number in connection.execute(statement):
                found[operation, str(tenant), key] = number
        for subject, action, tenant, number in connection.execute(_STEPS):
            found[action, str(tenant), f"{subject}/{action}"] = number
    return found


def _mark(intent: Intent) -> str:
    """Return what the intent's effect carries: a step's order by its row, not by the API's id."""
    if intent.operation in _EFFECTS:
        return intent.key
    order, _, command = intent.key.rpartition("/")
    return f"{row_of(order)}/{command}"


def row_of(global_id: str) -> Any:
    """Return the row's identifier within the API's."""
    return b64decode(global_id).decode().partition(":")[2]
