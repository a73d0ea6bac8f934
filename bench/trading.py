"""Trade in the seeded network: people who may order, stock, and orders long since settled."""

from app.audit.models import AuditEntry
from app.finance import models as finance
from app.fulfilment import models as fulfilment
from app.identities.models import Identity, SignInSession, TenantAccess
from app.inventory import models as inventory
from app.orders import models as orders
from app.rbac import models as rbac
from app.rbac.built_in import BUILT_IN_ROLES, BUYER
from app.rbac.rules import Effect
from bench.fill import Connection, fill, literal
from bench.keys import Kind, sql_key
from bench.schemes import CURRENCY
from bench.seed import Parts
from bench.sizes import Size
from bench.standing import stand

LINES_EACH = 3
PIECES = 48
DIRECT_SHARE = 5
"""Every fifth order is a distributor's at the brand; the others are outlets' at a distributor."""

_STOCKED = 100
"""A distributor stocks so many SKUs; the brand stocks all."""

_BRAND_PIECES, _PIECES_EACH = 1_000_000_000, 10_000_000
_NET, _TAX, _GROSS = "20.00", "2.60", "22.60"
_ROLES = {role.code: place for place, role in enumerate(BUILT_IN_ROLES)}
_AT = "now() - (interval '1 minute') * (total - n)"


def _roles(connection: Connection, size: Size) -> None:
    del size
    for role in BUILT_IN_ROLES:
        own = sql_key(Kind.ROLE, str(_ROLES[role.code]))
        fill(
            connection,
            rbac.Role,
            {"id": own, "code": literal(role.code), "name": "code"},
            f"(VALUES ({literal(role.code)})) AS r (code)",
        )
        grants = ", ".join(
            f"({literal(permission)}, {literal(scope)})"
            for permission, scope in role.grants.items()
        )
        columns = {
            "role_id": own,
            "permission": "permission",
            "scope": "scope",
            "effect": literal(Effect.ALLOW),
        }
        fill(connection, rbac.RoleGrant, columns, f"(VALUES {grants}) AS g (permission, scope)")


def _buyers(connection: Connection, size: Size) -> None:
    for person, organisation, word, many in (
        (Kind.DISTRIBUTOR_PERSON, Kind.DISTRIBUTOR, "distributor", size.distributors),
        (Kind.OUTLET_PERSON, Kind.OUTLET, "outlet", size.outlets),
    ):
        _staff(connection, person, organisation, word, f"generate_series(1, {many}) AS n")


def _staff(connection: Connection, person: Kind, organisation: Kind, word: str, rows: str) -> None:
    own = sql_key(person, "n")
    known = {"email": f"'{word}' || n || '@example.com'", "name": f"'Buyer of {word} ' || n"}
    fill(connection, Identity, {"id": own, "password_hash": "'none'"} | known, rows)
    tenant = sql_key(Kind.TENANT)
    fill(connection, TenantAccess, {"identity_id": own, "tenant_id": tenant}, rows)
    fill(connection, SignInSession, {"id": own, "identity_id": own}, rows)
    works = {"id": own, "identity_id": own, "organisation_id": sql_key(organisation, "n")}
    fill(connection, rbac.Membership, works | known, rows)
    role = sql_key(Kind.ROLE, str(_ROLES[BUYER.code]))
    fill(connection, rbac.MembershipRole, {"membership_id": own, "role_id": role}, rows)


def _credit(connection: Connection, size: Size) -> None:
    """Let the brand look at its customers' credit, which suffices for whatever is ordered."""
    del size
    connection.execute(
        b"UPDATE trading_relationship SET is_credit_unlimited = false, credit_limit = 1e12 "
        b"WHERE seller_id = " + sql_key(Kind.BRAND).encode()
    )


def _stock(connection: Connection, size: Size) -> None:
    stocked = min(_STOCKED, size.skus)
    brand = f"generate_series(0, 0) AS w, generate_series(1, {size.skus}) AS n"
    others = f"generate_series(1, {size.distributors}) AS w, generate_series(1, {stocked}) AS n"
    for owner, pieces, places, rows in (
        (sql_key(Kind.BRAND), _BRAND_PIECES, "generate_series(0, 0) AS w", brand),
        (
            sql_key(Kind.DISTRIBUTOR, "w"),
            _PIECES_EACH,
            f"generate_series(1, {size.distributors}) AS w",
            others,
        ),
    ):
        place = sql_key(Kind.WAREHOUSE, "w")
        named = {"id": place, "organisation_id": owner, "name": "'Main'"}
        fill(connection, inventory.Warehouse, named | {"time_zone": "'Asia/Shanghai'"}, places)
        _balances(connection, owner, str(pieces), rows)


def _balances(connection: Connection, owner: str, pieces: str, rows: str) -> None:
    place, sku = sql_key(Kind.WAREHOUSE, "w"), sql_key(Kind.SKU, "n")
    number = "w::bigint * 1000000 + n"
    lot = sql_key(Kind.LOT, number)
    fill(
        connection,
        inventory.StockLot,
        {"id": lot, "organisation_id": owner, "sku_id": sku, "code": "'LOT-1'"},
        rows,
    )
    here = {"warehouse_id": place, "sku_id": sku}
    whole = here | {"on_hand": pieces}
    fill(connection, inventory.StockBalance, whole | {"reserved": "0"}, rows)
    fill(connection, inventory.LotBalance, whole | {"lot_id": lot, "allocated": "0"}, rows)
    fill(
        connection,
        inventory.StockMove,
        here
        | {
            "id": sql_key(Kind.MOVE, number),
            "lot_id": lot,
            "quantity": pieces,
            "cause": "'RECEIPT'",
            "source_kind": "'receipt'",
        },
        rows,
    )


def _orders(connection: Connection, size: Size) -> None:
    order, rows = sql_key(Kind.ORDER, "n"), _order_rows(size)
    net, tax, total = (f"{amount} * {LINES_EACH}" for amount in (_NET, _TAX, _GROSS))
    money = {"currency": literal(CURRENCY), "net": net, "tax": tax, "total": total, "paid": total}
    parties = {
        "seller_id": "seller",
        "buyer_id": "buyer",
        "relationship_id": "relationship",
    }
    fill(
        connection,
        orders.Order,
        parties
        | money
        | {
            "id": order,
            "number": "'OLD-' || lpad(n::text, 9, '0')",
            "state": "'COMPLETED'",
            "channel": "'WEBSITE'",
            "placed_by_membership_id": "person",
            "placed_by_organisation_id": "buyer",
            "credit_status": "'OK'",
            "fulfilment_status": "'FULL'",
            "payment_status": "'PAID'",
            "invoice_status": "'INVOICED'",
            "settlement_status": "'SETTLED'",
        }
        | dict.fromkeys(
            ("price_instant", "created_at", "submitted_at", "confirmed_at", "changed_at"), _AT
        ),
        rows,
    )
    # From before years were told apart: the counter of this year starts at its first.
    invoice = {"id": sql_key(Kind.INVOICE, "n"), "year": "0", "number": "n", "issued_at": _AT}
    source = {"source_kind": "'order'", "source_id": order}
    fill(connection, finance.Invoice, parties | money | source | invoice, rows)
    fill(
        connection,
        finance.Payment,
        source
        | {
            "id": sql_key(Kind.PAYMENT, "n"),
            "relationship_id": "relationship",
            "method": "'BANK_TRANSFER'",
            "currency": literal(CURRENCY),
            "amount": total,
            "unallocated": "0",
            "reference": "'Paid'",
            "received_at": _AT,
        },
        rows,
    )
    fill(
        connection,
        finance.InvoiceAllocation,
        {
            "id": sql_key(Kind.COVERED, "n"),
            "invoice_id": sql_key(Kind.INVOICE, "n"),
            "payment_id": sql_key(Kind.PAYMENT, "n"),
            "amount": total,
            "allocated_at": _AT,
        },
        rows,
    )
    fill(connection, AuditEntry, _step(order), rows)


def _step(order: str) -> dict[str, str]:
    return {
        "id": sql_key(Kind.AUDIT, "n"),
        "at": _AT,
        "actor_membership_id": "person",
        "actor_name": "'Buyer'",
        "actor_organisation_id": "buyer",
        "action": "'SUBMIT'",
        "subject_kind": "'order'",
        "subject_id": order,
        "before": """'{"state": "DRAFT"}'::jsonb""",
        "after": """'{"state": "SUBMITTED"}'::jsonb""",
    }


def _order_rows(size: Size) -> str:
    """Say for each order who sells, who buys, on which terms, and who of the buyer placed it."""
    near = f"1 + n / {DIRECT_SHARE} % {size.distributors}"
    outlet = f"1 + n % {size.outlets}"
    seller = f"1 + (1 + n % {size.outlets}) % {size.distributors}"

    def either(direct: str, other: str) -> str:
        return f"CASE WHEN n % {DIRECT_SHARE} = 0 THEN {direct} ELSE {other} END"

    return (
        f"(SELECT n, {size.orders} AS total, "  # noqa: S608  # our own words
        f"{either(sql_key(Kind.BRAND), sql_key(Kind.DISTRIBUTOR, seller))} AS seller, "
        f"{either(sql_key(Kind.DISTRIBUTOR, near), sql_key(Kind.OUTLET, outlet))} AS buyer, "
        f"{either(sql_key(Kind.SUPPLY, near), sql_key(Kind.CUSTOMER, outlet))} AS relationship, "
        f"{either(sql_key(Kind.DISTRIBUTOR_PERSON, near), sql_key(Kind.OUTLET_PERSON, outlet))}"
        f" AS person FROM generate_series(1, {size.orders}) AS n) AS o"
    )


def _order_lines(connection: Connection, size: Size) -> None:
    rows = (
        f"(SELECT n, place, n::bigint * {LINES_EACH} + place AS line, {size.orders} AS total, "  # noqa: S608  # our own words
        f"1 + (n * 7 + place * 13) % {min(_STOCKED, size.skus)} AS sku "
        f"FROM generate_series(1, {size.orders}) AS n, "
        f"generate_series(1, {LINES_EACH}) AS place) AS l"
    )
    sku = {"sku_id": sql_key(Kind.SKU, "sku")}
    money = {"net": _NET, "tax": _TAX, "tax_rate_percent": "13"}
    done = ("ordered", "allocated", "picked", "packed", "shipped", "signed", "received")
    fill(
        connection,
        orders.OrderLine,
        sku
        | money
        | {
            "id": sql_key(Kind.LINE, "line"),
            "order_id": sql_key(Kind.ORDER, "n"),
            "revision": "1",
            "position": "place",
            "packaging_level": "'CASE'",
            "unit_factor": "24",
            "quantity": "2",
            "unit_price": "10",
            "gross": _GROSS,
            "unallocated": "0",
        }
        | dict.fromkeys(done, str(PIECES)),
        rows,
    )
    billed = {"id": sql_key(Kind.BILLED, "line"), "invoice_id": sql_key(Kind.INVOICE, "n")}
    place = {"source_line_id": sql_key(Kind.LINE, "line"), "position": "place"}
    fill(
        connection,
        finance.InvoiceLine,
        sku | money | billed | place | {"quantity": str(PIECES)},
        rows,
    )
    _shipments(connection, size, rows)


def _shipments(connection: Connection, size: Size, rows: str) -> None:
    fill(
        connection,
        fulfilment.Shipment,
        {
            "id": sql_key(Kind.SHIPMENT, "n"),
            "order_id": sql_key(Kind.ORDER, "n"),
            "number": "1",
            "status": "'SIGNED'",
            "carrier": "'Own fleet'",
            "signed_at": _AT,
            "signed_by": "'Store manager'",
        },
        f"generate_series(1, {size.orders}) AS n, (VALUES ({size.orders})) AS s (total)",
    )
    went = {
        "order_line_id": sql_key(Kind.LINE, "line"),
        "warehouse_id": sql_key(Kind.WAREHOUSE),
        "sku_id": sql_key(Kind.SKU, "sku"),
        "lot_id": sql_key(Kind.LOT, "sku"),
        "quantity": str(PIECES),
    }
    pick = sql_key(Kind.PICK, "line")
    task = {"id": pick, "order_id": sql_key(Kind.ORDER, "n")}
    counted = {"planned": str(PIECES), "shipped": str(PIECES)}
    fill(connection, fulfilment.PickTask, went | task | counted, rows)
    sent = {
        "id": sql_key(Kind.SENT, "line"),
        "shipment_id": sql_key(Kind.SHIPMENT, "n"),
        "pick_task_id": pick,
        "signed": str(PIECES),
        "received": str(PIECES),
    }
    fill(connection, fulfilment.ShipmentLine, went | sent, rows)


TRADE: Parts = (
    ("Writing roles", _roles),
    ("Writing buyers", _buyers),
    ("Writing credit", _credit),
    ("Writing purchases so far", stand),
    ("Writing stock", _stock),
    ("Writing orders", _orders),
    ("Writing order lines", _order_lines),
)
"""What serving needs beside prices, in the order of writing."""
