"""The limits: the same page and the same order as bare SQL, driven by pgbench.

No row-level security, no rights, no schemes, no check and no audit: what PostgreSQL alone could do.
"""

import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import psycopg

from bench.fill import Connection
from bench.http.driving import MS, Driven, Pressure
from bench.http.usage import usage_of
from bench.keys import Kind, sql_key
from bench.sizes import CART_LINES, PAGE_PRODUCTS, Size
from launch.postgres.binaries import bundled_binaries

PAGE, ORDER = "page", "order"
_US = 1_000_000
_TIME_COLUMN = 2
_REAPED_SECONDS = 0.3
"""How long the server takes to count the time of connections that have ended."""

_PAGE = """
\\set buyer random(1, {distributors})
SELECT s.id, s.code, s.name, p.id, p.name, b.name, c.name, packs.*, prices.*,
    w.on_hand - w.reserved
FROM (
    SELECT * FROM product
    WHERE tenant_id = {tenant} AND status = 'LISTED' ORDER BY name, id LIMIT {page}
) AS p
JOIN sku s ON s.tenant_id = {tenant} AND s.product_id = p.id
JOIN brand b ON b.tenant_id = {tenant} AND b.id = p.brand_id
JOIN category c ON c.tenant_id = {tenant} AND c.id = p.category_id
LEFT JOIN stock_balance w
    ON w.tenant_id = {tenant} AND w.sku_id = s.id AND w.warehouse_id = {warehouse}
CROSS JOIN LATERAL (
    SELECT array_agg(level), array_agg(factor) FROM sku_packaging k
    WHERE k.tenant_id = {tenant} AND k.sku_id = s.id
) AS packs
CROSS JOIN LATERAL (
    SELECT array_agg(price_list_id), array_agg(packaging_level), array_agg(from_quantity),
        array_agg(amount)
    FROM price_entry e
    WHERE e.tenant_id = {tenant} AND e.sku_id = s.id AND e.known_until IS NULL
        AND e.price_list_id = ANY (ARRAY[{base}, {level}, {contract}])
        AND e.valid_from <= now() AND (e.valid_until IS NULL OR e.valid_until > now())
) AS prices
ORDER BY p.name, p.id;
"""

_ORDER = """
\\set buyer random(1, {distributors})
\\set first random(1, {last})
BEGIN;
INSERT INTO bare.orders (buyer_id, total, placed_at) VALUES (:buyer, 226.00, now());
INSERT INTO bare.order_line
SELECT currval('bare.orders_id_seq'), n, n, 2, 10.00, 20.00, 2.60
FROM generate_series(:first, :first + {lines} - 1) AS n;
UPDATE bare.stock SET reserved = stock.reserved + 2
FROM (
    SELECT sku_id FROM bare.stock WHERE sku_id BETWEEN :first AND :first + {lines} - 1
    ORDER BY sku_id FOR UPDATE
) AS locked
WHERE stock.sku_id = locked.sku_id AND stock.reserved + 2 <= stock.on_hand;
UPDATE bare.credit SET used = used + 226.00 WHERE buyer_id = :buyer AND used + 226.00 <= most;
END;
"""

_TABLES = """
CREATE SCHEMA bare
    CREATE TABLE orders (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, buyer_id int NOT NULL,
        total numeric(19, 4) NOT NULL, placed_at timestamptz NOT NULL
    )
    CREATE TABLE order_line (
        order_id bigint NOT NULL, position int NOT NULL, sku_id int NOT NULL,
        quantity numeric(18, 6) NOT NULL, unit_price numeric(19, 4) NOT NULL,
        net numeric(19, 4) NOT NULL, tax numeric(19, 4) NOT NULL, PRIMARY KEY (order_id, position)
    )
    CREATE TABLE stock (
        sku_id int PRIMARY KEY, on_hand numeric(18, 6) NOT NULL, reserved numeric(18, 6) NOT NULL
    )
    CREATE TABLE credit (
        buyer_id int PRIMARY KEY, most numeric(19, 4) NOT NULL, used numeric(19, 4) NOT NULL
    )
    CREATE INDEX orders_buyer ON orders (buyer_id, placed_at);
INSERT INTO bare.stock SELECT n, 1e9, 0 FROM generate_series(1, {skus}) AS n;
INSERT INTO bare.credit SELECT n, 1e12, 0 FROM generate_series(1, {distributors}) AS n;
ANALYZE bare.stock;
ANALYZE bare.credit
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Runs the bare statements on the database of a run; `pid` is the server's first process."""

    administrator_dsn: str
    size: Size
    pid: int

    def prepare(self) -> None:
        """Make the bare tables that the bare order writes to."""
        given = {"skus": self.size.skus, "distributors": self.size.distributors}
        with psycopg.connect(self.administrator_dsn, autocommit=True) as connection:
            connection.execute(_TABLES.format(**given).encode())

    def drive(self, name: str, pressure: Pressure) -> Driven:
        """Send a limit's statements from so many connections."""
        text = self._page() if name == PAGE else self._order()
        with tempfile.TemporaryDirectory(prefix="tributary-") as scratch:
            return self._run(text, pressure, Path(scratch))

    def _page(self) -> str:
        return _PAGE.format(
            distributors=self.size.distributors,
            tenant=sql_key(Kind.TENANT),
            page=PAGE_PRODUCTS,
            base=sql_key(Kind.BRAND_LIST),
            level=sql_key(Kind.BRAND_LIST, f"1 + :buyer % {self.size.levels}"),
            contract=sql_key(Kind.CONTRACT),
            warehouse=sql_key(Kind.WAREHOUSE),
        )

    def _order(self) -> str:
        return _ORDER.format(
            distributors=self.size.distributors,
            last=self.size.skus - CART_LINES + 1,
            lines=CART_LINES,
        )

    def _run(self, text: str, pressure: Pressure, scratch: Path) -> Driven:
        script = scratch / "script.sql"
        script.write_text(text)
        command = [bundled_binaries().program("pgbench"), "--no-vacuum", "--protocol=prepared"]
        command += [f"--client={pressure.connections}", "--jobs=1", f"--file={script}"]
        command += [f"--time={max(1, round(pressure.seconds))}", "--log", "--log-prefix=times"]
        before, children = usage_of(self.pid).processor, _children_seconds()
        done = subprocess.run(
            [*command, self.administrator_dsn],
            check=False,
            text=True,
            capture_output=True,
            cwd=scratch,
        )
        time.sleep(_REAPED_SECONDS)
        database = usage_of(self.pid).processor - before
        times = [
            int(line.split()[_TIME_COLUMN]) / _US
            for path in scratch.glob("times.*")
            for line in path.read_text().splitlines()
        ]
        return _driven(times, done, database, _children_seconds() - children)


def _driven(
    times: list[float], done: subprocess.CompletedProcess[str], database: float, client: float
) -> Driven:
    failure = "" if done.returncode == 0 else done.stderr[-600:]
    rates = [line for line in done.stdout.splitlines() if line.startswith("tps = ")]
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else [0.0] * 99
    many = max(1, len(times))
    return Driven(
        requests=len(times),
        sent=len(times),
        rate=float(rates[0].split()[2]) if rates else 0.0,
        p50=cuts[49] * MS,
        p95=cuts[94] * MS,
        p99=cuts[98] * MS,
        server_ms=0.0,
        database_ms=database / many * MS,
        client_share=client / max(database + client, 1e-9),
        kilobytes=0.0,
        errors=1 if failure else 0,
        first_error=failure,
    )


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def durable(connection: Connection, *, on: bool) -> None:
    """Switch what a throwaway server leaves out for speed: writing what was committed to disk."""
    word = b"on" if on else b"off"
    for name in (b"fsync", b"full_page_writes", b"synchronous_commit"):
        connection.execute(b"ALTER SYSTEM SET " + name + b" = " + word)
    connection.execute("SELECT pg_reload_conf()")
    connection.execute("CHECKPOINT")
