"""Replay a record: warehouses side by side, the orders of each one after the other."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import httpx2

from app.books import BOOKS, check_tenant
from app.db.database import Database
from replay.client import Person
from replay.folder import Record, RecordedOrder
from replay.journey import Outcome, Parties, carry
from replay.network import Network, load_network

REQUEST_SECONDS = 30.0
PAGE = 100
_INVOICES = """query($first: Int!, $after: String) {
    invoices(side: ISSUED, first: $first, after: $after) {
        edges { node { total currency } } pageInfo { hasNextPage endCursor } } }"""
Money = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay: money invoiced by warehouse and currency, broken invariants by books.

    `seconds` is from the first request to the last order's settlement.
    """

    outcomes: Sequence[Outcome]
    money: Mapping[int, Money]
    seconds: float
    broken: Mapping[str, Sequence[str]]


async def replay(  # noqa: PLR0913  # where, what, and who listens
    address: str,
    database: Database,
    record: Record,
    *,
    at_once: int,
    loaded: Callable[[], None] = lambda: None,
    done: Callable[[Outcome], None] = lambda _: None,
) -> Replayed:
    """Load the network into `database`, and replay the orders at the server that works on it.

    `loaded` hears when the network is there, `done` of each order that has arrived.
    """
    network = await load_network(database, record)
    loaded()
    limits = httpx2.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    async with httpx2.AsyncClient(base_url=address, timeout=REQUEST_SECONDS, limits=limits) as http:
        crew = _Crew(http, network)
        start = time.perf_counter()
        outcomes = await _carry_all(record.orders, network, crew, at_once, done)
        seconds = time.perf_counter() - start
        sellers = sorted({order.warehouse_id for order in record.orders})
        money = {key: await _invoiced(crew.administrators[key]) for key in sellers}
    return Replayed(outcomes, money, seconds, await _check(database, network))


class _Crew:
    """Everybody who acts, each signed in once."""

    def __init__(self, http: httpx2.AsyncClient, network: Network) -> None:
        self.keepers, self.administrators, self.buyers = (
            {key: Person(http, account) for key, account in accounts.items()}
            for accounts in (network.keepers, network.administrators, network.buyers)
        )

    def parties(self, order: RecordedOrder) -> Parties:
        """Say who acts for an order."""
        place = order.warehouse_id
        return Parties(self.keepers[place], self.administrators[place], self.buyers[order.store_id])


async def _carry_all(
    orders: Sequence[RecordedOrder],
    network: Network,
    crew: _Crew,
    at_once: int,
    done: Callable[[Outcome], None],
) -> list[Outcome]:
    turns = asyncio.Semaphore(at_once)
    outcomes: list[Outcome] = []

    async def carry_in_turn(queue: Sequence[RecordedOrder]) -> None:
        for order in queue:
            async with turns:
                outcome = await carry(order, network, crew.parties(order))
            outcomes.append(outcome)
            done(outcome)

    try:
        async with asyncio.TaskGroup() as group:
            for queue in _by_warehouse(orders):
                group.create_task(carry_in_turn(queue))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return outcomes


def _by_warehouse(orders: Sequence[RecordedOrder]) -> list[list[RecordedOrder]]:
    queues: dict[int, list[RecordedOrder]] = defaultdict(list)
    for order in orders:
        queues[order.warehouse_id].append(order)
    return sorted(queues.values(), key=len, reverse=True)  # the longest begins first


async def _invoiced(administrator: Person) -> Money:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    after, has_more = None, True
    while has_more:
        page = await administrator.ask(_INVOICES, first=PAGE, after=after)
        for edge in page["edges"]:
            sums[edge["node"]["currency"]] += Decimal(edge["node"]["total"])
        after, has_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return sums


async def _check(database: Database, network: Network) -> dict[str, list[str]]:
    """Return what does not hold by book, all of it from one snapshot."""
    checked = await check_tenant(database, network.tenant_id)
    return {
        book.name: [str(broken) for name, broken in checked.broken if name == book.name]
        for book in BOOKS
    }
