"""How much every buyer has bought so far, so that no threshold is crossed while measuring."""

from app.promotions.models import BuyerStanding, SchemeStanding
from bench.fill import Connection, fill
from bench.keys import Kind, sql_key
from bench.schemes import schemes
from bench.sizes import Size

_ORDERS, _BOUGHT = "100", "1000000"


def stand(connection: Connection, size: Size) -> None:
    """Put each buyer beyond the last step of what counts earlier purchases."""
    supplies = f"generate_series(1, {size.distributors}) AS n"
    for kind, rows in (
        (Kind.SUPPLY, supplies),
        (Kind.CUSTOMER, f"generate_series(1, {size.outlets}) AS n"),
    ):
        columns = {"relationship_id": sql_key(kind, "n"), "orders_placed": _ORDERS}
        fill(connection, BuyerStanding, columns | {"purchased_amount": _BOUGHT}, rows)
    for number, terms in enumerate(schemes(size)):
        if terms.is_cumulative:
            columns = {
                "scheme_id": sql_key(Kind.SCHEME, str(number)),
                "relationship_id": sql_key(Kind.SUPPLY, "n"),
                "purchased_amount": _BOUGHT,
                "purchased_quantity": _BOUGHT,
            }
            fill(connection, SchemeStanding, columns, supplies)
