"""Products are found as people type, by who may see them, and through the index."""

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from app.catalog.models import Brand, Product, SearchTerm
from app.catalog.operations import ranked
from app.catalog.rules import sought
from app.kernel.ids import new_id
from tests.catalog.test_products import ADD_SKU, CHANGE, CREATE, LIST, names, product, size
from tests.support.network import network
from tests.support.tenant_rows import standing_in
from tests.support.world import LONG_AGO, World
from workers.clock import tick_in_tenant

SEARCH = """query($text: String!, $filter: ProductFilterInput, $first: Int! = 20, $after: String) {
    searchProducts(text: $text, filter: $filter, first: $first, after: $after) {
        edges { node { name } } pageInfo { hasNextPage endCursor } } }"""


async def found(person, typed, **more) -> list[str]:
    answer = await person.ask(SEARCH, text=typed, **more)
    return [edge["node"]["name"] for edge in answer.data["searchProducts"]["edges"]]


def sized(world, code: str, gtin: str | None = None):
    return size(
        world, code, name="One size", packaging=[{"level": "PIECE", "factor": "1", "gtin": gtin}]
    )


@pytest.fixture
async def shelf(world):
    """A brand with drinks that were listed as people do it, and a shop's buyer far below."""
    chain = await network(world)
    await world.sku(chain.brand, "Unindexed cordial")
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    for name, code, gtin in (
        ("Chocolate milk", "MILK-1", None),
        ("Cola", "COLA-330", "6901234567892"),
        ("Cola Zero", "COLA-Z", None),
        ("Café au lait", "CAFE", None),
        ("农夫山泉矿泉水", "NFSQ-550", None),
        ("Piccola", "P-9", None),
    ):
        goods = product(world, sized(world, code, gtin), name=name)
        made = (await admin.ask(CREATE, input=goods)).data["createProduct"]
        await admin.ask(LIST, input={"productId": made["id"]})
    return chain, admin, await world.member(chain.east_shop, "BUYER")


async def test_products_are_found_as_people_type(shelf):
    _, _, buyer = shelf

    assert await found(buyer, "choc") == ["Chocolate milk"]
    assert await found(buyer, "MILK choc") == ["Chocolate milk"]
    assert await found(buyer, "cafe") == ["Café au lait"]
    assert await found(buyer, "矿泉") == ["农夫山泉矿泉水"]
    assert await found(buyer, "6901234567892") == ["Cola"]
    assert await found(buyer, "nfsq550") == ["农夫山泉矿泉水"]
    assert await found(buyer, "riverside choclate") == ["Chocolate milk"]
    assert await found(buyer, "cordial") == ["Unindexed cordial"]
    assert await found(buyer, "zero milk") == await found(buyer, "!?") == []
    assert await names(buyer, search="chocloate") == ["Chocolate milk"]


async def test_the_best_comes_first_and_pages_follow(shelf):
    _, _, buyer = shelf

    seen, after, has_next = [], None, True
    while has_next:
        answer = await buyer.ask(SEARCH, text="cola", first=1, after=after)
        page = answer.data["searchProducts"]
        seen += [edge["node"]["name"] for edge in page["edges"]]
        after, has_next = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert seen == ["Cola", "Cola Zero", "Chocolate milk", "Piccola"]
    assert await found(buyer, "COLA-Z") == ["Cola Zero"]


async def test_a_search_costs_two_statements_whatever_it_finds(shelf, statements):
    _, _, buyer = shelf
    await found(buyer, "cola")
    sent = []

    for typed in ("cola", "choclate", "nothing at all"):
        with statements.counting() as counted:
            await found(buyer, typed)
        sent.append(len(counted))

    # begin, who, what words may mean, products, commit
    assert sent == [5, 5, 5]


async def test_a_changed_name_is_found_and_the_old_one_no_more(world, shelf):
    chain, admin, _ = shelf
    made = (await admin.ask(CREATE, input=product(world, name="Draught"))).data["createProduct"]
    await admin.ask(CHANGE, input={"productId": made["id"], "name": "Lemonade"})
    extra = {"productId": made["id"], "sku": sized(world, "NEW-CODE")}
    await admin.ask(ADD_SKU, input=extra)

    assert await found(admin, "lemon") == await found(admin, "newcode") == ["Lemonade"]
    assert await found(admin, "draught") == []
    sister = await world.member(chain.west, "ENTERPRISE_ADMIN")
    assert await found(sister, "lemon") == await found(sister, "newcode") == []


async def test_words_of_drafts_of_others_neither_find_nor_mend(world, shelf):
    """A word that only a stranger's draft has is as unknown as any: the mistyped one is mended."""
    chain, _, buyer = shelf
    stranger = await world.member(chain.west, "ENTERPRISE_ADMIN")
    for name in ("Choclate", "Vanillina"):
        await stranger.ask(CREATE, input=product(world, name=name))

    assert await found(buyer, "choclate") == ["Chocolate milk"]
    assert await found(buyer, "vanilina") == []
    assert await found(stranger, "vanilina") == ["Vanillina"]


async def test_another_networks_goods_are_not_found(shelf, database, http, settings):
    _, _, buyer = shelf
    stranger = await World.create(database, http, settings)
    await stranger.sku(await stranger.organisation("Foreign", "BRAND"), "Elderflower")
    admin = await stranger.member(await stranger.organisation("B", "BRAND"), "ENTERPRISE_ADMIN")
    await admin.ask(CREATE, input=product(stranger, name="Rhubarb"))

    assert await found(buyer, "elderflower") == await found(buyer, "rhubarb") == []
    assert await found(admin, "cola") == []


async def test_the_clock_indexes_what_was_written_past_the_index(world, shelf, database):
    _, _, buyer = shelf
    before = await found(buyer, "cordail")

    await tick_in_tenant(database, world.tenant_id, lambda: LONG_AGO)

    async def left(work):
        late = select(Product.id).where(Product.indexed_as.is_distinct_from(Product.name))
        return (await work.session.scalars(late)).all()

    assert await world.run(left) == []
    assert before == []
    assert await found(buyer, "cordail") == await found(buyer, "ordia") == ["Unindexed cordial"]


MANY = 3_000


async def test_a_search_reads_the_index_as_the_application_does(world, access, shelf):
    """Under row-level security only leakproof conditions may enter an index."""
    chain, _, _ = shelf

    async def fill(work):
        brand_id = await work.session.scalar(select(Brand.id))
        shared = {"brand_id": brand_id, "category_id": world.category_id, "status": "LISTED"}
        keys = [new_id() for _ in range(MANY)]
        await work.insert(
            Product,
            [
                {"id": key, "owner_id": chain.brand, "name": f"N{n}", "indexed_as": f"N{n}",
                 "created_at": LONG_AGO, "listed_at": LONG_AGO, **shared}
                for n, key in enumerate(keys)
            ],
        )  # fmt: skip
        await work.insert(
            SearchTerm,
            [
                {"term": f"{kind}word{n:05d}", "product_id": key}
                for n, key in enumerate(keys)
                for kind in "^.<="
            ],
        )
        return ranked(work, sought("word01234"))

    best = await world.run(fill)
    asked = select(Product.id, best.c.rank).join(best, best.c.product_id == Product.id)
    asked = asked.where(Product.tenant_id == world.tenant_id, Product.status == "LISTED")
    compiled = asked.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    with psycopg.connect(access.owner_dsn, autocommit=True) as owner:
        owner.execute("ANALYZE search_term, product")
    with standing_in(access.app_dsn, world.tenant_id) as application:
        explained = application.execute(
            text(f"EXPLAIN (FORMAT JSON) {compiled}").text.encode()
        ).fetchone()

    scans = [each for each in _nodes(_plan(explained)) if "search_term" in str(each)]
    ways = [each["Index Cond"] for each in scans if each.get("Index Name") == "pk_search_term"]
    assert len(ways) == 3
    assert all("term >=" in each and "term <" in each and "tenant_id" in each for each in ways)
    assert "search_term" not in {
        each["Relation Name"] for each in scans if each["Node Type"] == "Seq Scan"
    }


def _plan(explained):
    row = explained["QUERY PLAN"] if isinstance(explained, dict) else explained[0]
    return row[0]["Plan"]


def _nodes(plan):
    yield plan
    for each in plan.get("Plans", []):
        yield from _nodes(each)
