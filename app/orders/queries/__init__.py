"""What an actor may read of carts and orders (F2, F8)."""

from app.orders.queries.approving import (
    approval_inbox,
    approval_inbox_counts,
    preview_approvals,
    who_can_act_by_order,
)
from app.orders.queries.by_id import exceptions_by_id, lines_by_id, order, orders_by_id
from app.orders.queries.holds import holds_by_order, order_holds, order_holds_by_id
from app.orders.queries.pages import OrderFilter, orders
from app.orders.queries.relations import (
    actions_by_order,
    benefits_by_order,
    exceptions_by_order,
    history_by_order,
    lines_by_order,
    priced_by_line,
    quotes_by_order,
)
from app.orders.queries.sharing import preview_fair_share
from app.orders.queries.shortages import (
    shortages,
    shortages_by_id,
    shortages_by_line,
    shortages_by_supply,
)
from app.orders.queries.sourcing import order_sourcing
from app.orders.queries.trade import cart, order_transitions, touched_trade

__all__ = [
    "OrderFilter",
    "actions_by_order",
    "approval_inbox",
    "approval_inbox_counts",
    "benefits_by_order",
    "cart",
    "exceptions_by_id",
    "exceptions_by_order",
    "history_by_order",
    "holds_by_order",
    "lines_by_id",
    "lines_by_order",
    "order",
    "order_holds",
    "order_holds_by_id",
    "order_sourcing",
    "order_transitions",
    "orders",
    "orders_by_id",
    "preview_approvals",
    "preview_fair_share",
    "priced_by_line",
    "quotes_by_order",
    "shortages",
    "shortages_by_id",
    "shortages_by_line",
    "shortages_by_supply",
    "touched_trade",
    "who_can_act_by_order",
]
