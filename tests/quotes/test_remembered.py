"""What is remembered counts for the state it was read in, and for no other."""

from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from app.catalog.models import Product, Sku, SkuPackaging
from app.db.database import Access
from app.db.revisions import forget_all
from app.db.work import acting_as, begin
from app.kernel.actor import Actor, Scope
from app.kernel.ids import new_id
from app.kernel.paging import PageRequest
from app.organisations.models import TradingRelationship
from app.pricing.models import PriceBand, PriceEntry
from app.quotes.queries import CatalogueFilter, catalogue
from app.rbac.permissions import Permission
from tests.support.changes import begun, changed, move, put, team
from tests.support.owner import as_owner
from tests.support.prices import line, quoted
from tests.support.tenant_rows import standing_in
from tests.support.world import LONG_AGO, gid

PAGE = """
query($id: ID!, $after: String) { catalogue(relationshipId: $id, first: 1, after: $after) {
  edges { node {
    sku { name product { name status brand { name } } packaging { level factor } }
    offers { packagingLevel unitPrice schemePrice maximumRetailPrice breaks { unitPrice } }
    schemes { name }
  } }
  pageInfo { endCursor hasNextPage }
} }
"""


@pytest.fixture
async def the(world):
    return await team(world)


@pytest.fixture
async def buyer(the):
    async def outlet(work) -> UUID:
        wanted = TradingRelationship.id == the.relationship
        return await work.session.scalar(select(TradingRelationship.buyer_id).where(wanted))

    return await the.world.member(await the.world.run(outlet), "BUYER")


def terms(the):
    return gid("TradingRelationship", the.relationship)


async def page(the, buyer, after=None):
    """Every item of one page of the catalogue."""
    answer = (await buyer.ask(PAGE, id=terms(the), after=after)).data["catalogue"]
    return [edge["node"] for edge in answer["edges"]], answer["pageInfo"]["endCursor"]


async def prices(the, buyer):
    """The price of a piece of every product of the catalogue, page by page, by name."""
    found, after = {}, None
    while True:
        items, after = await page(the, buyer, after)
        if not items:
            return found
        found |= {item["sku"]["name"]: item["offers"][0]["unitPrice"] for item in items}


async def test_an_approved_price_counts_in_the_very_next_request(the, buyer):
    before = await prices(the, buyer)
    change = await begun(the.author)
    await put(the.author, change, the.row("11"))
    await move(the.author, "submit", change)
    waiting = await prices(the, buyer)

    await move(the.approver, "approve", change)

    assert before == waiting == {"Cola": "20", "Tonic": "10"}
    assert await prices(the, buyer) == {"Cola": "20", "Tonic": "11"}
    answer = await quoted(buyer, the.relationship, line(the.sku, "1"))
    assert answer["lines"][0]["unitPrice"] == "11"


async def test_a_price_taken_back_is_gone_in_the_very_next_request(the, buyer):
    change = await changed(the, "Spring", the.row("11"))
    assert await prices(the, buyer) == {"Cola": "20", "Tonic": "11"}

    await move(the.approver, "rollBack", change, reason="A slip")

    assert await prices(the, buyer) == {"Cola": "20", "Tonic": "10"}


async def test_what_another_process_writes_counts_in_the_very_next_request(the, buyer, access):
    assert (await prices(the, buyer))["Tonic"] == "10"

    with standing_in(access.owner_dsn, the.world.tenant_id) as connection:
        connection.execute("UPDATE price_entry SET amount = 12 WHERE sku_id = %s", [the.sku])
        uncommitted = await prices(the, buyer)

    assert uncommitted["Tonic"] == "10"
    assert (await prices(the, buyer))["Tonic"] == "12"


def _to(table, key, **values):
    return lambda the: update(table).where(key(the)).values(**values)


CHANGES = {
    "delisted": _to(
        Product,
        lambda the: Product.id.in_(select(Sku.product_id).where(Sku.id == the.sku)),
        status="DELISTED",
    ),
    "renamed": _to(Sku, lambda the: Sku.id == the.sku, name="Renamed"),
    "packed": _to(
        SkuPackaging,
        lambda the: (SkuPackaging.sku_id == the.sku) & (SkuPackaging.level == "CASE"),
        factor=6,
    ),
    "unpriced": lambda the: delete(PriceEntry).where(PriceEntry.sku_id == the.sku),
    "closed": _to(
        TradingRelationship,
        lambda the: TradingRelationship.id == the.relationship,
        valid_until=func.now() - timedelta(seconds=1),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_any_change_counts_in_the_very_next_request(the, buyer, name):
    document = PAGE.replace("first: 1", "first: 9")
    before = await buyer.ask(document, id=terms(the))
    assert (await buyer.ask(document, id=terms(the))).body == before.body

    await the.world.run(lambda work: work.session.execute(CHANGES[name](the)))

    after = await buyer.ask(document, id=terms(the))
    fresh = await _elsewhere(the, buyer, document)
    assert after.body != before.body
    assert after.body == fresh.body


async def _elsewhere(the, buyer, document):
    """The answer of a process that remembers nothing."""
    forget_all()
    return await buyer.ask(document, id=terms(the))


async def test_a_new_band_counts_in_the_very_next_request(the, buyer):
    before, _ = await page(the, buyer)

    band = PriceBand(
        grantor_id=the.brand,
        audience="ALL_BUYERS",
        currency="CNY",
        maximum_retail_price=33,
        valid_from=LONG_AGO,
        created_at=LONG_AGO,
    )
    await the.world.save(band)

    after, _ = await page(the, buyer)
    assert before[0]["offers"][0]["maximumRetailPrice"] is None
    assert after[0]["offers"][0]["maximumRetailPrice"] == "33"


def actor_of(the, organisation):
    grants = {Permission.PRICE_READ.value: Scope.ORGANISATION}
    return Actor(the.world.tenant_id, new_id(), new_id(), organisation, "Reader", grants)


@asynccontextmanager
async def snapshot(the, database, now=None):
    """A read of the seller, as one request does it."""
    identify = acting_as(actor_of(the, the.brand))
    tenant = the.world.tenant_id
    more = {} if now is None else {"now": lambda: now}
    async with begin(database, tenant, identify, access=Access.READ, **more) as work:
        yield work


async def amounts(the, work):
    """The price of a piece of every product."""
    found = await catalogue(work, the.relationship, CatalogueFilter(), PageRequest(9))
    return [str(row.offers[0].unit_price) for row in found.rows]


async def test_a_request_that_began_before_a_change_keeps_its_snapshot(the, database):
    price = update(PriceEntry).where(PriceEntry.sku_id == the.sku).values(amount=11)

    async with snapshot(the, database) as old:
        await old.session.execute(select(1))
        await the.world.run(lambda work: work.session.execute(price))
        async with snapshot(the, database) as new:
            found = [await amounts(the, new), await amounts(the, old), await amounts(the, new)]
            found.append(await amounts(the, old))

    now, then = ["20.0000", "11.0000"], ["20.0000", "10.0000"]
    assert found == [now, then, now, then]


async def test_remembered_prices_begin_and_end_by_the_clock_alone(the, database, statements):
    async with snapshot(the, database) as work:
        now = work.now
    begins, ends = now + timedelta(days=1), now + timedelta(days=2)
    sale = {"valid_from": begins, "valid_until": ends, "known_from": now, "amount": 7}
    await the.world.save(PriceEntry(price_list_id=the.list_id, sku_id=the.sku, **sale))
    instants = [now, begins, ends - timedelta(microseconds=1), ends]
    async with snapshot(the, database, now) as work:
        await amounts(the, work)

    found = []
    with statements.counting() as sent:
        for instant in instants:
            async with snapshot(the, database, instant) as work:
                found.append((await amounts(the, work))[1])

    assert found == ["10.0000", "7.0000", "7.0000", "10.0000"]
    assert not any("price_entry" in statement for statement in sent)


async def test_a_page_asks_the_database_for_nothing_that_it_remembers(the, buyer, statements):
    await buyer.ask("{ viewer { name } }")

    with statements.counting() as cold:
        first = await page(the, buyer)
    with statements.counting() as warm:
        second = await page(the, buyer)

    assert first == second
    # begin, actor, relationship, page, packs, SKUs, schemes, standing, lists, rows, bands,
    # SKUs with products, brands, packs to show, commit
    assert len(cold) == 16
    # begin, actor, standing, commit
    assert len(warm) == 4


async def test_who_writes_reads_for_itself(the, buyer, database):
    await prices(the, buyer)
    identify = acting_as(actor_of(the, the.brand))

    async with begin(as_owner(database), the.world.tenant_id, identify) as work:
        price = update(PriceEntry).where(PriceEntry.sku_id == the.sku).values(amount=11)
        await work.session.execute(price)
        found = await amounts(the, work)

    assert found == ["20.0000", "11.0000"]
