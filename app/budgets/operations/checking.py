"""Hold budgets against what orders hold of them."""

from app.db.checking import Invariant, SumsBook

_SHARED = """
    counted AS (
        SELECT * FROM spending_use WHERE tenant_id = :tenant
    ), entry AS (
        SELECT e.*, o.state, o.total, o.currency AS order_currency
        FROM spending_entry e LEFT JOIN orders o ON o.tenant_id = e.tenant_id AND o.id = e.order_id
        WHERE e.tenant_id = :tenant
    ), held AS (
        SELECT budget_id, starts_on, sum(amount) AS amount FROM entry GROUP BY 1, 2
    )"""

BUDGETS = SumsBook(
    "budgets",
    _SHARED,
    (
        Invariant(
            "budget-use-is-entries",
            "what is used of a spending budget is not the sum of what orders hold of it",
            """SELECT coalesce(counted.used, 0), coalesce(held.amount, 0),
                concat_ws('/', budget_id, starts_on)
            FROM counted FULL JOIN held USING (budget_id, starts_on)""",
        ),
        Invariant(
            "budget-never-exceeded",
            "more is used of a spending budget than it allows",
            """SELECT least(used, most), used, concat_ws('/', budget_id, starts_on)
            FROM counted WHERE most IS NOT NULL""",
        ),
        Invariant(
            "budget-held-by-orders-under-way",
            "an order that was not submitted, or is over, holds something of a spending budget",
            """SELECT 0::numeric, amount, order_id
            FROM entry WHERE state IN ('DRAFT', 'REJECTED', 'CANCELLED')""",
        ),
        Invariant(
            "budget-holds-no-more-than-orders",
            "an order holds more of a spending budget than it comes to",
            """SELECT least(sum(amount), min(total)), sum(amount), order_id
            FROM entry GROUP BY order_id, budget_id""",
        ),
    ),
)
"""What is used of a budget is what orders under way hold of it, and is within it."""
