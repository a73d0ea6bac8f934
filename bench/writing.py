"""Measure changes: one price, a whole list under a reader's eyes, orders against one budget."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from statistics import median

import psycopg
from sqlalchemy import select

from app.db.work import Work
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders.operations.placing import place
from app.orders.operations.wishes import LineWish, OrderWish
from app.organisations.models import TradingRelationship
from app.pricing.commands import PriceChange, PriceChanges, approve_price_change_set, set_prices
from app.pricing.models import PriceChangeRow, PriceChangeSet
from app.promotions.models import SchemeBudget
from app.quotes.operations import quote_lines
from bench.fill import fill
from bench.keys import Kind, key, sql_key
from bench.schemes import BUDGETED
from bench.sizes import CART_LINES, Size
from bench.stage import APPROVER, Stage, basket, buyer, relationship_of
from bench.timing import MS, Measured, repeated

ORDERS_AT_ONCE = 16
ORDERS_EACH = 4
_MANY = 20
APPROVAL_MS = 15_000.0
"""What the server lets a statement take; a list of 300,000 rows is to be active in seconds."""


async def measure_writing(stage: Stage, administrator_dsn: str) -> list[Measured]:
    """Measure every kind of change."""
    return [
        await _one_price(stage),
        *await _large_list(stage, administrator_dsn),
        *await _orders(stage),
    ]


async def _one_price(stage: Stage) -> Measured:
    amounts = iter(range(100, 10_000))

    async def run() -> None:
        change = PriceChange(
            sku_id=key(Kind.SKU, 1),
            packaging_level=PackagingLevel.PIECE,
            amount=Decimal(next(amounts)) / 100,
        )
        changes = PriceChanges([change])
        await stage.write(lambda work: set_prices(work, key(Kind.BRAND_LIST), changes))

    wall, cpu = await repeated(run, _MANY)
    before = stage.statements
    await run()
    return Measured("One price changed", wall, cpu, stage.statements - before)


async def _large_list(stage: Stage, administrator_dsn: str) -> list[Measured]:
    rows = await asyncio.to_thread(draft_change, administrator_dsn, stage.size)
    alone = await _reading(stage, asyncio.sleep(2))
    before = stage.statements
    start = time.perf_counter()

    async def approve() -> None:
        await stage.write(
            lambda work: approve_price_change_set(work, key(Kind.CHANGE_SET)), APPROVER
        )

    beside = await _reading(stage, approve())
    seconds = time.perf_counter() - start
    return [
        Measured("Reader's quote, nothing else going on", median(alone), note=_worst(alone)),
        Measured(
            f"Approving a change of {rows:,} prices",
            seconds * MS,
            most=APPROVAL_MS,
            note=f"{stage.statements - before} statements, the reader's among them",
        ),
        Measured("Reader's quote meanwhile", median(beside), note=_worst(beside)),
    ]


def draft_change(administrator_dsn: str, size: Size) -> int:
    """Write a submitted change set that changes every price there is, up to 300,000.

    It is the brand's and names every list: as large as one change could be. Returns how many.
    """
    with psycopg.connect(administrator_dsn, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        change = sql_key(Kind.CHANGE_SET)
        person = sql_key(Kind.PERSON, "1")
        fill(
            connection,
            PriceChangeSet,
            {
                "id": change,
                "seller_id": sql_key(Kind.BRAND),
                "name": "'Everything'",
                "status": "'SUBMITTED'",
                "effective_from": "now()",
                "created_by_membership_id": person,
                "submitted_by_membership_id": person,
                "submitted_at": "now()",
            },
        )
        columns = (
            "price_list_id",
            "sku_id",
            "packaging_level",
            "from_quantity",
        )
        rows = fill(
            connection,
            PriceChangeRow,
            {name: f"e.{name}" for name in columns}
            | {
                "id": sql_key(Kind.CHANGE_ROW, "row_number() OVER ()"),
                "change_set_id": change,
                "position": "row_number() OVER ()",
                "amount": "e.amount + 0.01",
                "valid_from": "now()",
            },
            (
                "price_entry e JOIN price_list l ON (l.tenant_id, l.id) = "
                "(e.tenant_id, e.price_list_id) "
                "WHERE e.known_until IS NULL AND e.valid_until IS NULL "
                f"ORDER BY e.id LIMIT {min(size.price_rows, 300_000)}"
            ),
        )
        connection.execute("ANALYZE price_change_row")
    return rows


async def _reading(stage: Stage, meanwhile: Awaitable[None]) -> list[float]:
    """Quote a cart again and again until something else is done; return how long each took."""
    task = asyncio.ensure_future(meanwhile)
    spent: list[float] = []

    async def ask(work: Work) -> object:
        return await quote_lines(work, await relationship_of(work), stage.cart, work.now)

    while not task.done():
        start = time.perf_counter()
        await stage.read(ask, buyer(1))
        spent.append((time.perf_counter() - start) * MS)
    await task
    return spent


def _worst(spent: list[float]) -> str:
    return f"worst {max(spent):.1f} ms of {len(spent):,}"


async def _orders(stage: Stage) -> list[Measured]:
    at_once = min(ORDERS_AT_ONCE, stage.size.distributors)
    orders = at_once * ORDERS_EACH
    turns = asyncio.Semaphore(at_once)
    spent: list[float] = []

    async def place(number: int) -> None:
        async with turns:
            start = time.perf_counter()
            buying = 1 + number % stage.size.distributors
            await stage.write(_placing(stage, buying), buyer(buying))
            spent.append((time.perf_counter() - start) * MS)

    start = time.perf_counter()
    await asyncio.gather(*(place(number) for number in range(orders)))
    seconds = time.perf_counter() - start
    used = await stage.read(_budget_used)
    return [
        Measured(
            f"Placing an order, {at_once} at once against one budget",
            median(spent),
            note=f"{orders / seconds:.0f} orders/s, worst {max(spent):.0f} ms, spent {used}",
        )
    ]


def _placing(stage: Stage, number: int) -> Callable[[Work], Awaitable[object]]:
    lines = [
        LineWish(line.sku_id, line.packaging_level, line.quantity)
        for line in basket(stage.size, CART_LINES)
    ]
    relationship_id = key(Kind.SUPPLY, number)

    async def command(work: Work) -> None:
        relationship: TradingRelationship = await relationship_of(work, relationship_id)
        await place(work, new_id(), relationship, OrderWish(relationship_id, lines))

    return command


async def _budget_used(work: Work) -> Decimal:
    statement = select(SchemeBudget.money_used).where(
        SchemeBudget.scheme_id == key(Kind.SCHEME, BUDGETED)
    )
    return (await work.session.scalars(statement)).one()
