"""Hold what schemes, coupons and points have counted against what orders were given."""

from app.db.checking import Invariant, SumsBook

_SHARED = """
    given AS (
        SELECT scheme_id, relationship_id, money + rebate AS money, goods,
            (money <> 0 OR goods <> 0 OR points <> 0 OR rebate <> 0)::int AS uses,
            qualifying_amount, qualifying_quantity
        FROM granted_benefit WHERE tenant_id = :tenant AND status = 'GRANTED'
    ), by_scheme AS (
        SELECT scheme_id, sum(uses) AS uses, sum(money) AS money, sum(goods) AS goods
        FROM given GROUP BY 1
    ), by_buyer AS (
        SELECT scheme_id, relationship_id, sum(uses) AS uses, sum(money) AS money,
            sum(goods) AS goods, sum(qualifying_amount) AS purchased_amount,
            sum(qualifying_quantity) AS purchased_quantity
        FROM given GROUP BY 1, 2
    ), budget AS (
        SELECT scheme_id, uses, money_used AS money, goods_used AS goods
        FROM scheme_budget WHERE tenant_id = :tenant
    ), standing AS (
        SELECT * FROM scheme_standing WHERE tenant_id = :tenant
    ), counted AS (
        SELECT relationship_id, count(*) AS orders_placed, sum(net) AS purchased_amount
        FROM counted_order WHERE tenant_id = :tenant AND status = 'GRANTED' GROUP BY 1
    ), buyer AS (
        SELECT * FROM buyer_standing WHERE tenant_id = :tenant
    ), entered AS (
        SELECT relationship_id, sum(points) AS points
        FROM points_entry WHERE tenant_id = :tenant GROUP BY 1
    ), held AS (
        SELECT relationship_id, sum(remaining) AS points
        FROM points_lot WHERE tenant_id = :tenant GROUP BY 1
    ), used AS (
        SELECT coupon_id, count(*) AS uses
        FROM coupon_use WHERE tenant_id = :tenant AND status = 'GRANTED' GROUP BY 1
    )"""


def _of_budget(name: str, amount: str) -> Invariant:
    return Invariant(
        f"budget-{name}",
        f"{name} counted against a scheme's budget are not what orders were given",
        f"""SELECT budget.{amount}, coalesce(by_scheme.{amount}, 0), scheme_id
        FROM budget LEFT JOIN by_scheme USING (scheme_id)""",  # noqa: S608  # our own words
    )


def _of_standing(name: str, amount: str) -> Invariant:
    return Invariant(
        f"buyer-scheme-{name}",
        f"{name} that a buyer has of a scheme are not what its orders were given",
        f"""SELECT coalesce(standing.{amount}, 0), coalesce(by_buyer.{amount}, 0),
            concat_ws('/', scheme_id, relationship_id)
        FROM standing FULL JOIN by_buyer USING (scheme_id, relationship_id)""",  # noqa: S608  # our own words
    )


def _of_buyer(name: str, breach: str, amount: str, source: str) -> Invariant:
    return Invariant(
        name,
        breach,
        f"""SELECT coalesce(buyer.{amount}, 0), coalesce({source}.{amount}, 0), relationship_id
        FROM buyer FULL JOIN {source} USING (relationship_id)""",  # noqa: S608  # our own words
    )


COUNTED = SumsBook(
    "schemes",
    _SHARED,
    (
        *(_of_budget(name, name) for name in ("uses", "money", "goods")),
        *(
            _of_standing(name, amount)
            for name, amount in (
                ("uses", "uses"),
                ("money", "money"),
                ("goods", "goods"),
                ("purchases", "purchased_amount"),
                ("pieces", "purchased_quantity"),
            )
        ),
        _of_buyer(
            "buyer-orders",
            "a buyer's number of orders is not that of its orders that count",
            "orders_placed",
            "counted",
        ),
        _of_buyer(
            "buyer-purchases",
            "a buyer's purchases are not the sum of its orders that count",
            "purchased_amount",
            "counted",
        ),
        _of_buyer(
            "points-are-entries",
            "a buyer's points are not the sum of its entries",
            "points",
            "entered",
        ),
        _of_buyer(
            "points-are-lots", "a buyer's points are not what its lots still hold", "points", "held"
        ),
        Invariant(
            "coupon-uses",
            "uses of a coupon are not the orders that used it",
            """SELECT coupon.uses, coalesce(used.uses, 0), coupon.id
            FROM coupon LEFT JOIN used ON used.coupon_id = coupon.id
            WHERE coupon.tenant_id = :tenant""",
        ),
    ),
)
"""Budgets and limits are counted once, and given back once (Our rule 5)."""
