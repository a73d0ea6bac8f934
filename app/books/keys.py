"""Hold idempotency keys against what they say came of them."""

from collections.abc import Mapping
from types import MappingProxyType

from app.db.checking import Invariant, SumsBook

MADE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "adjustPoints": ("trading_relationship", "id"),
        "adjustStock": ("stock_move", "source_id"),
        "bookCarrier": ("shipment", "id"),
        "createMembershipTier": ("membership_tier", "id"),
        "createOrder": ("orders", "id"),
        "createOrganisation": ("organisation", "id"),
        "createPickWave": ("pick_wave", "id"),
        "createPriceChangeSet": ("price_change_set", "id"),
        "createPriceList": ("price_list", "id"),
        "createStockQuota": ("stock_quota", "id"),
        "createTradeScheme": ("trade_scheme", "id"),
        "createWebhook": ("webhook", "id"),
        "grantPriceBand": ("price_band", "id"),
        "issueCoupons": ("coupon", "batch_id"),
        "moveOrganisation": ("organisation_move", "id"),
        "orderShortages": ("orders", "id"),
        "placeOrder": ("orders", "id"),
        "receiveStock": ("stock_move", "source_id"),
        "recordPayment": ("orders", "id"),
    }
)
"""In which table and column the result of each operation that takes a key stands."""


def _result(operation: str, table: str, column: str) -> str:
    return f"""
        SELECT '{operation}' AS operation, {column} AS id
        FROM {table} WHERE tenant_id = :tenant"""  # noqa: S608  # our own words


KEYS = SumsBook(
    "keys",
    f"""
    used AS (
        SELECT operation, result_id, membership_id, key FROM idempotency_key
        WHERE tenant_id = :tenant
    ), made AS (
        {" UNION ".join(_result(operation, *place) for operation, place in MADE.items())}
    )""",  # noqa: S608  # our own words
    (
        Invariant(
            "keys-have-results",
            "what came of an idempotency key is not there",
            """SELECT used.operation, made.operation, concat_ws('/', membership_id, key)
            FROM used LEFT JOIN made ON made.operation = used.operation AND made.id = result_id""",
        ),
        Invariant(
            "one-key-one-result",
            "several idempotency keys claim to have made the same thing",
            """SELECT 1::bigint, count(*), result_id
            FROM used WHERE operation NOT IN ('adjustPoints', 'recordPayment')
            GROUP BY result_id""",
        ),
    ),
)
"""What a repeated call answers with is there, and was made by one call."""
