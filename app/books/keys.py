"""Hold idempotency keys against what they say came of them."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from app.db.checking import Invariant, SumsBook

MADE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "adjustPoints": ("trading_relationship", "id"),
        "addOrderNote": ("order_note", "id"),
        "adjustStock": ("stock_move", "source_id"),
        "allocateCreditNote": ("credit_note", "id"),
        "allocatePayment": ("payment", "id"),
        "applyOrderChange": ("orders", "id"),
        "applyStockCount": ("stock_move", "source_id"),
        "beginOnlinePayment": ("online_payment", "id"),
        "bookCarrier": ("shipment", "id"),
        "closeOrganisation": ("organisation_closing", "id"),
        "answerAccountStatement": ("statement_answer", "id"),
        "attachToOrder": ("orders", "id"),
        "beginExport": ("export_run", "id"),
        "beginImport": ("import_run", "id"),
        "createAssortment": ("assortment", "id"),
        "changeStockStatus": ("stock_status_change", "id"),
        "addIdentityProvider": ("identity_provider", "id"),
        "createAnnouncement": ("announcement", "id"),
        "createApiKey": ("api_key", "id"),
        "createCarrier": ("carrier", "id"),
        "createMembershipTier": ("membership_tier", "id"),
        "createOrder": ("orders", "id"),
        "createOrganisation": ("organisation", "id"),
        "createPickWave": ("pick_wave", "id"),
        "createPriceChangeSet": ("price_change_set", "id"),
        "createPriceList": ("price_list", "id"),
        "createSavedCart": ("saved_cart", "id"),
        "createStandingOrder": ("standing_order", "id"),
        "createSpendingBudget": ("spending_budget", "id"),
        "createStockQuota": ("stock_quota", "id"),
        "createTicketRule": ("ticket_rule", "id"),
        "creditInvoice": ("credit_note", "id"),
        "createTradeScheme": ("trade_scheme", "id"),
        "createWebhook": ("webhook", "id"),
        "grantPriceBand": ("price_band", "id"),
        "issueCoupons": ("coupon", "batch_id"),
        "logContact": ("customer_contact", "id"),
        "moveCartLines": ("trading_relationship", "id"),
        "moveOrganisation": ("organisation_move", "id"),
        "openOrderException": ("order_exception", "id"),
        "openTicket": ("ticket", "id"),
        "orderRequest": ("orders", "id"),
        "orderSavedCart": ("orders", "id"),
        "orderShortages": ("orders", "id"),
        "payOutPrepaidBalance": ("prepaid_movement", "id"),
        "placeOrder": ("orders", "id"),
        "quickOrder": ("trading_relationship", "id"),
        "receivePayment": ("payment", "id"),
        "receiveStock": ("stock_move", "source_id"),
        "rebookCarrier": ("shipment", "id"),
        "planDelivery": ("delivery_plan", "id"),
        "recordPayment": ("orders", "id"),
        "reorder": ("trading_relationship", "id"),
        "sendOrderRequest": ("order_request", "id"),
        "sendStockTransfer": ("stock_transfer", "id"),
        "takeStockAlerts": ("trading_relationship", "id"),
        "takeSuggestedOrder": ("trading_relationship", "id"),
        "topUpPrepaidBalance": ("prepaid_movement", "id"),
        "writeTicketMessage": ("ticket_message", "id"),
    }
)
"""In which table and column the result of each operation that takes a key stands."""

CHANGED = frozenset(
    {
        "adjustPoints",
        "allocateCreditNote",
        "allocatePayment",
        "applyOrderChange",
        "attachToOrder",
        "moveCartLines",
        "planDelivery",
        "quickOrder",
        "rebookCarrier",
        "recordPayment",
        "reorder",
        "takeStockAlerts",
        "takeSuggestedOrder",
    }
)
"""What changes a thing that is there, as often as one likes: the thing is the result."""

DELETED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "beginExport": ("export_run", "FORGET_EXPORT"),
        "beginImport": ("import_run", "FORGET_IMPORT"),
        "createSavedCart": ("saved_cart", "DELETE_SAVED_CART"),
    }
)
"""Whose result may be gone: as what kind of thing, and by which action, the audit trail has it."""


def _result(operation: str, table: str, column: str) -> str:
    return f"""
        SELECT '{operation}' AS operation, {column} AS id
        FROM {table} WHERE tenant_id = :tenant"""  # noqa: S608  # our own words


def _deleted(operation: str, kind: str, action: str) -> str:
    return f"""
        SELECT '{operation}' AS operation, subject_id AS id FROM audit_entry
        WHERE tenant_id = :tenant AND subject_kind = '{kind}' AND action = '{action}'"""  # noqa: S608  # our own words


def _listed(words: Collection[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


_RESULTS = (
    *(_result(operation, *place) for operation, place in MADE.items()),
    *(_deleted(operation, *noted) for operation, noted in DELETED.items()),
)
KEYS = SumsBook(
    "keys",
    f"""
    used AS (
        SELECT operation, result_id, membership_id, key FROM idempotency_key
        WHERE tenant_id = :tenant
    ), made AS (
        {" UNION ".join(_RESULTS)}
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
            f"""SELECT 1::bigint, count(*), result_id
            FROM used WHERE operation NOT IN ({_listed(CHANGED)})
            GROUP BY result_id""",  # noqa: S608  # our own words
        ),
    ),
)
"""What a repeated call answers with is there, and was made by one call."""
