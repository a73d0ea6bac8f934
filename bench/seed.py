"""A network of a size: who trades with whom, what is sold, at which prices, under which schemes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import orjson
import psycopg

from app.catalog import models as catalog
from app.identities.models import Identity
from app.kernel.document import to_plain
from app.organisations import models as organisations
from app.pricing import models as pricing
from app.promotions import models as promotions
from app.rbac.models import Membership
from app.tenants.models import Tenant
from bench.fill import Connection, fill, literal
from bench.keys import Kind, sql_key
from bench.schemes import CATEGORIES, CURRENCY, PRODUCT_BRANDS, schemes
from bench.sizes import BREAKS, UNITS, Size

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
PEOPLE = 2
"""One person drafts for the brand, another approves."""

Told = Callable[[str], None]
Parts = Sequence[tuple[str, Callable[[Connection, Size], None]]]
_UNIT = "(ARRAY['PIECE', 'INNER', 'CASE'])[unit]"
_FACTOR = "(ARRAY[1, 6, 24])[unit]"


def seed(administrator_dsn: str, size: Size, told: Told = lambda _: None, more: Parts = ()) -> None:
    """Write everything, then `more`, and gather statistics; `told` hears what is being written.

    References hold by construction, and nobody checks them: that takes most of the time.
    """
    with psycopg.connect(administrator_dsn, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for what, write in (*_PARTS, *more):
            told(what)
            write(connection, size)
        told("Gathering statistics")
        connection.execute("VACUUM ANALYZE")


def _network(connection: Connection, size: Size) -> None:
    fill(
        connection,
        Tenant,
        {
            "id": sql_key(Kind.TENANT),
            "slug": "'bench'",
            "name": "'Bench'",
            "time_zone": "'Asia/Shanghai'",
            "currency": literal(CURRENCY),
        },
    )
    _organisations(connection, Kind.BRAND, "BRAND", None, "generate_series(0, 0) AS n")
    _organisations(
        connection,
        Kind.DISTRIBUTOR,
        "DISTRIBUTOR",
        sql_key(Kind.BRAND),
        f"generate_series(1, {size.distributors}) AS n",
    )
    _organisations(
        connection,
        Kind.OUTLET,
        "RETAILER",
        sql_key(Kind.DISTRIBUTOR, _distributor(size)),
        f"generate_series(1, {size.outlets}) AS n",
    )
    _ancestry(connection, size)


def _organisations(
    connection: Connection, kind: Kind, word: str, parent: str | None, rows: str
) -> None:
    columns = {"id": sql_key(kind, "n"), "kind": literal(word), "name": f"'{word} ' || n"}
    fill(
        connection,
        organisations.Organisation,
        columns | ({"parent_id": parent} if parent else {}),
        rows,
    )


def _ancestry(connection: Connection, size: Size) -> None:
    distributor, outlet = sql_key(Kind.DISTRIBUTOR, "n"), sql_key(Kind.OUTLET, "n")
    above = sql_key(Kind.DISTRIBUTOR, _distributor(size))
    brand = sql_key(Kind.BRAND)
    distributors = f"generate_series(1, {size.distributors}) AS n"
    outlets = f"generate_series(1, {size.outlets}) AS n"
    for ancestor, descendant, distance, rows in (
        (brand, brand, 0, "generate_series(1, 1) AS n"),
        (distributor, distributor, 0, distributors),
        (brand, distributor, 1, distributors),
        (outlet, outlet, 0, outlets),
        (above, outlet, 1, outlets),
        (brand, outlet, 2, outlets),
    ):
        columns = {"ancestor_id": ancestor, "descendant_id": descendant, "distance": str(distance)}
        fill(connection, organisations.OrganisationAncestry, columns, rows)


def _trade(connection: Connection, size: Size) -> None:
    fill(
        connection,
        organisations.CustomerLevel,
        {
            "id": sql_key(Kind.LEVEL, "n"),
            "seller_id": sql_key(Kind.BRAND),
            "name": "'Level ' || n",
        },
        f"generate_series(0, {size.levels - 1}) AS n",
    )
    fill(
        connection,
        organisations.CustomerLevel,
        {
            "id": sql_key(Kind.DISTRIBUTOR_LEVEL, "n"),
            "seller_id": sql_key(Kind.DISTRIBUTOR, "n"),
            "name": "'Outlets'",
        },
        f"generate_series(1, {size.distributors}) AS n",
    )
    terms = {
        "currency": literal(CURRENCY),
        "payment_terms": "'ON_ACCOUNT'",
        "is_credit_unlimited": "true",
        "sales_channel": "'GENERAL_TRADE'",
    }
    fill(
        connection,
        organisations.TradingRelationship,
        terms
        | {
            "id": sql_key(Kind.SUPPLY, "n"),
            "seller_id": sql_key(Kind.BRAND),
            "buyer_id": sql_key(Kind.DISTRIBUTOR, "n"),
            "level_id": sql_key(Kind.LEVEL, f"n % {size.levels}"),
        },
        f"generate_series(1, {size.distributors}) AS n",
    )
    fill(
        connection,
        organisations.TradingRelationship,
        terms
        | {
            "id": sql_key(Kind.CUSTOMER, "n"),
            "seller_id": sql_key(Kind.DISTRIBUTOR, _distributor(size)),
            "buyer_id": sql_key(Kind.OUTLET, "n"),
            "level_id": sql_key(Kind.DISTRIBUTOR_LEVEL, _distributor(size)),
        },
        f"generate_series(1, {size.outlets}) AS n",
    )


def _people(connection: Connection, size: Size) -> None:
    del size
    fill(
        connection,
        Identity,
        {
            "id": sql_key(Kind.PERSON, "n"),
            "email": "'person' || n || '@example.com'",
            "name": "'Person ' || n",
            "password_hash": "'none'",
        },
        f"generate_series(1, {PEOPLE}) AS n",
    )
    fill(
        connection,
        Membership,
        {
            "id": sql_key(Kind.PERSON, "n"),
            "identity_id": sql_key(Kind.PERSON, "n"),
            "organisation_id": sql_key(Kind.BRAND),
            "name": "'Person ' || n",
            "email": "'person' || n || '@example.com'",
        },
        f"generate_series(1, {PEOPLE}) AS n",
    )


def _goods(connection: Connection, size: Size) -> None:
    brands = f"generate_series(0, {PRODUCT_BRANDS - 1}) AS n"
    fill(
        connection,
        catalog.Brand,
        {"id": sql_key(Kind.PRODUCT_BRAND, "n"), "name": "'Brand ' || n"},
        brands,
    )
    tax = {"id": sql_key(Kind.TAX), "name": "'Standard'", "rate_percent": "13"}
    fill(connection, catalog.TaxCategory, tax)
    _categories(connection)
    skus = f"generate_series(1, {size.skus}) AS n"
    fill(
        connection,
        catalog.Product,
        {
            "id": sql_key(Kind.PRODUCT, "n"),
            "owner_id": sql_key(Kind.BRAND),
            "brand_id": sql_key(Kind.PRODUCT_BRAND, f"n % {PRODUCT_BRANDS}"),
            "category_id": sql_key(Kind.CATEGORY, f"1 + n % {CATEGORIES}"),
            "name": "'Product ' || lpad(n::text, 5, '0')",
            "status": "'LISTED'",
            "listed_at": "timestamptz '2024-01-01'",
        },
        skus,
    )
    fill(
        connection,
        catalog.Sku,
        {
            "id": sql_key(Kind.SKU, "n"),
            "product_id": sql_key(Kind.PRODUCT, "n"),
            "owner_id": sql_key(Kind.BRAND),
            "tax_category_id": sql_key(Kind.TAX),
            "code": "'SKU-' || lpad(n::text, 5, '0')",
            "name": "'Bottle'",
        },
        skus,
    )
    packaging = {
        "sku_id": sql_key(Kind.SKU, "n"),
        "owner_id": sql_key(Kind.BRAND),
        "level": _UNIT,
        "factor": _FACTOR,
    }
    units = f"{skus}, generate_series(1, {UNITS}) AS unit"
    fill(connection, catalog.SkuPackaging, packaging, units)


def _categories(connection: Connection) -> None:
    below = f"generate_series(1, {CATEGORIES}) AS n"
    root = sql_key(Kind.CATEGORY)
    fill(connection, catalog.Category, {"id": root, "name": "'Drinks'"})
    own = sql_key(Kind.CATEGORY, "n")
    columns = {"id": own, "parent_id": root, "name": "'Category ' || n"}
    fill(connection, catalog.Category, columns, below)
    for ancestor, distance, rows in (
        (own, "0", f"generate_series(0, {CATEGORIES}) AS n"),
        (root, "1", below),
    ):
        columns = {"ancestor_id": ancestor, "descendant_id": own, "distance": distance}
        fill(connection, catalog.CategoryAncestry, columns, rows)


def _lists(connection: Connection, size: Size) -> None:
    brand = {"seller_id": sql_key(Kind.BRAND), "currency": literal(CURRENCY)}
    own = {"seller_id": sql_key(Kind.DISTRIBUTOR, "n"), "currency": literal(CURRENCY)}
    distributors = f"generate_series(1, {size.distributors}) AS n"
    number = "n"
    for kind, columns, rows in (
        (Kind.BRAND_LIST, brand | {"kind": "'BASE'"}, "generate_series(0, 0) AS n"),
        (
            Kind.BRAND_LIST,
            brand | {"kind": "'LEVEL'", "level_id": sql_key(Kind.LEVEL, "n - 1")},
            f"generate_series(1, {size.levels}) AS n",
        ),
        (Kind.BASE_LIST, own | {"kind": "'BASE'"}, distributors),
        (
            Kind.LEVEL_LIST,
            own | {"kind": "'LEVEL'", "level_id": sql_key(Kind.DISTRIBUTOR_LEVEL, "n")},
            distributors,
        ),
        (
            Kind.CONTRACT,
            brand | {"kind": "'CONTRACT'", "relationship_id": sql_key(Kind.SUPPLY, "1")},
            "generate_series(0, 0) AS n",
        ),
        (
            Kind.CONTRACT,
            own
            | {
                "kind": "'CONTRACT'",
                "seller_id": sql_key(Kind.DISTRIBUTOR, _distributor(size)),
                "relationship_id": sql_key(Kind.CUSTOMER, "n"),
            },
            f"generate_series(1, {size.contracts - 1}) AS n",
        ),
    ):
        given = {"id": sql_key(kind, number), "name": f"'{kind.name.title()} ' || n"}
        fill(connection, pricing.PriceList, given | columns, rows)
        terms = {"id": _terms_of(kind), "price_list_id": sql_key(kind, number)}
        fill(connection, pricing.PriceListTerms, terms, rows)


def _terms_of(kind: Kind) -> str:
    return sql_key(Kind.TERMS, f"{kind}::bigint * {_MOST} + n")


def _prices(connection: Connection, size: Size) -> None:
    for kind, columns, rows in _rows_of_lists(size):
        # Ids only have to differ and to grow: each kind of list counts from its own start.
        number = f"{kind}::bigint * {_MOST} + row_number() OVER ()"
        given = {"id": sql_key(Kind.ENTRY, number), "price_list_id": sql_key(kind, "list")}
        fill(connection, pricing.PriceEntry, given | columns, rows)


def _rows_of_lists(size: Size) -> Iterator[tuple[Kind, dict[str, str], str]]:
    skus = f"generate_series(1, {size.skus}) AS n"
    base = "(2 + n * 37 % 500 / 10.0)"
    unit = f"{base} * {_FACTOR} * (1.03 - 0.01 * unit)"
    yield (
        Kind.BRAND_LIST,
        {
            "sku_id": sql_key(Kind.SKU, "n"),
            "packaging_level": _UNIT,
            "from_quantity": f"(ARRAY[0, 10, 50])[step] * {_FACTOR}",
            "amount": f"round({unit} * (1.03 - 0.03 * step) * (1 - 0.02 * list), 2)",
        },
        (
            f"generate_series(0, {size.levels}) AS list, {skus}, "
            f"generate_series(1, {UNITS}) AS unit, generate_series(1, {BREAKS}) AS step"
        ),
    )
    piece = {
        "sku_id": sql_key(Kind.SKU, "n"),
        "amount": f"round({base} * (1.2 + list % 7 / 100.0), 2)",
    }
    yield Kind.BASE_LIST, piece, f"generate_series(1, {size.distributors}) AS list, {skus}"
    case = {
        "sku_id": sql_key(Kind.SKU, "n"),
        "packaging_level": "'CASE'",
        "amount": f"round({base} * 26 * (1.0 + list % 7 / 100.0), 2)",
    }
    some = f"generate_series(1, {size.level_rows}) AS n"
    yield Kind.LEVEL_LIST, case, f"generate_series(1, {size.distributors}) AS list, {some}"
    contract = {
        "sku_id": sql_key(Kind.SKU, "n"),
        "amount": f"round({base} * 0.97, 2)",
    }
    agreed = f"generate_series(1, {size.contract_skus}) AS n"
    yield Kind.CONTRACT, contract, f"generate_series(0, {size.contracts - 1}) AS list, {agreed}"


def _schemes(connection: Connection, size: Size) -> None:
    for number, terms in enumerate(schemes(size)):
        scheme, document = sql_key(Kind.SCHEME, str(number)), orjson.dumps(to_plain(terms)).decode()
        columns = {
            "id": scheme,
            "seller_id": sql_key(Kind.BRAND),
            "name": f"'Scheme {number:03}'",
            "status": "'ACTIVE'",
            "activated_at": "timestamptz '2024-01-01'",
        }
        fill(connection, promotions.TradeScheme, columns)
        version = {"id": sql_key(Kind.VERSION, str(number)), "scheme_id": scheme, "number": "1"}
        fill(
            connection,
            promotions.TradeSchemeVersion,
            version | {"terms": f"{literal(document)}::jsonb"},
        )
        if terms.limits.money is not None:
            budget = {"scheme_id": scheme, "money_limit": str(terms.limits.money)}
            fill(connection, promotions.SchemeBudget, budget)


def _distributor(size: Size) -> str:
    return f"1 + n % {size.distributors}"


_MOST = 1 << 32
_PARTS = (
    ("Writing organisations", _network),
    ("Writing who trades with whom", _trade),
    ("Writing people", _people),
    ("Writing goods", _goods),
    ("Writing price lists", _lists),
    ("Writing prices", _prices),
    ("Writing schemes", _schemes),
)
