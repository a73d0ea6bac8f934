"""A list fills a cart: every line is answered, the good ones are taken, once."""

from base64 import b64encode
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select, update

from app.catalog.models import Product, Sku, SkuPackaging
from app.kernel.ids import new_id
from tests.support.chain import Chain, on_order
from tests.support.deadlines import sign
from tests.support.files import PDF, uploaded, workbook
from tests.support.ordering import amounts, give, own_cart, saved, seen, wanted_line
from tests.support.world import gid

FILLED = """taken lines { number text outcome reason packagingLevel quantity possibleUnits
    sku { code } }"""
QUICK = "mutation($input: QuickOrderInput!) { quickOrder(input: $input) { __typename } }"
STATEMENTS = 27  # Two ask which assortment the buyer is held to: for the words, and for the cart.
GTIN = "06901234567892"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


async def coded(world, sku, code, gtin=None):
    await world.run(
        lambda work: work.session.execute(update(Sku).where(Sku.id == sku).values(code=code))
    )
    if gtin:
        packs = update(SkuPackaging).where(SkuPackaging.sku_id == sku, SkuPackaging.level == "CASE")
        await world.run(lambda work: work.session.execute(packs.values(gtin=gtin)))


async def delist(world, sku):
    product = select(Sku.product_id).where(Sku.id == sku).scalar_subquery()
    gone = update(Product).where(Product.id == product).values(status="DELISTED")
    await world.run(lambda work: work.session.execute(gone))


async def quick(person, chain, content, key=None, **more):
    where = (
        {}
        if "savedCartId" in more
        else {"relationshipId": gid("TradingRelationship", chain.downstream)}
    )
    key = key or new_id().hex
    return await give(
        person,
        "quickOrder",
        "FilledCart",
        FILLED,
        idempotencyKey=key,
        **({} if content is None else {"content": content}),
        **where,
        **more,
    )


async def test_every_bad_line_is_named_and_every_good_one_is_taken(chain, buyer):
    world = chain.world
    await coded(world, chain.sku, "TEA", GTIN)
    gone, unpriced = await world.sku(chain.brand), await world.sku(chain.brand)
    await coded(world, gone, "GONE")
    await coded(world, unpriced, "FREE?")
    for _ in range(2):
        await coded(world, await world.sku(await world.organisation("Else")), "TWICE")
    await coded(world, await world.sku(chain.brand, status="DRAFT"), "SECRET")
    await delist(world, gone)
    content = """code quantity unit
        tea 2 case
        TEA 1 CASE
        6901234567892 3
        TEA 5
        TEA 1 dozen
        TEA 0 case
        TEA 0.5 piece
        TEA lots case
        TEA
        GONE 1 piece
        FREE? 1 piece
        TWICE 1 piece
        SECRET 1 piece
        NOTHING 1 piece
        6901234567892 3 piece"""

    found = await quick(buyer, chain, content)

    assert [(line["number"], line["outcome"]) for line in found["lines"]] == [
        (2, "TAKEN"),
        (3, "TAKEN"),
        (4, "TAKEN"),
        (5, "UNIT_MISSING"),
        (6, "UNIT_UNKNOWN"),
        (7, "BAD_QUANTITY"),
        (8, "BAD_QUANTITY"),
        (9, "BAD_QUANTITY"),
        (10, "UNREADABLE"),
        (11, "DELISTED"),
        (12, "NO_PRICE"),
        (13, "AMBIGUOUS"),
        (14, "UNKNOWN"),
        (15, "UNKNOWN"),
        (16, "UNIT_UNKNOWN"),
    ]
    assert found["taken"] == 3
    assert all(line["reason"] for line in found["lines"][3:])
    assert found["lines"][3]["possibleUnits"] == ["PIECE", "CASE"]
    unknown = [{**line, "number": 0, "text": "", "reason": ""} for line in found["lines"][12:14]]
    assert unknown[0] == unknown[1]
    assert await own_cart(buyer, chain.downstream) == [("6", "CASE")]


async def test_a_repeated_list_fills_the_cart_once_and_mended_lines_are_added(chain, buyer):
    await coded(chain.world, chain.sku, "TEA")
    cart = await saved(buyer, chain, "Monday", lines=[wanted_line(chain.sku, "1", "CASE")])
    into = {"savedCartId": cart["id"]}

    for _ in range(2):
        first = await quick(buyer, chain, "TEA;2;case\nTEA;4", key="k1", **into)
    reused = await quick(buyer, chain, "TEA;3;case", key="k1", **into)
    await quick(buyer, chain, "TEA;4", defaultUnit="PIECE", **into)

    assert [line["outcome"] for line in first["lines"]] == ["TAKEN", "UNIT_MISSING"]
    assert reused["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert [amounts(each) for each in await seen(buyer)] == [[("3", "CASE"), ("4", "PIECE")]]


async def test_files_are_read_like_pasted_text_and_what_is_none_is_refused(chain, buyer):
    await coded(chain.world, chain.sku, "TEA")
    book = Workbook()
    for row in (["SKU", "Quantity", "Unit"], ["TEA", 2, "case"], [None], ["TEA", "=1+1", "case"]):
        book.active.append(row)
    packed = BytesIO()
    book.save(packed)
    sheet = b64encode(packed.getvalue()).decode()

    by_sheet = await quick(buyer, chain, sheet, format="XLSX")
    by_text = await quick(buyer, chain, 'code;qty;unit\n"TEA";1;"case"\n', format="CSV")
    broken = await quick(buyer, chain, "bm90IGEgYm9vaw==", format="XLSX")
    nothing = await quick(buyer, chain, " \n\n")
    endless = await quick(buyer, chain, "TEA 1 case\n" * 1_001)

    assert [(line["number"], line["outcome"]) for line in by_sheet["lines"]] == [
        (2, "TAKEN"),
        (4, "BAD_QUANTITY"),  # A formula that nobody has worked out
    ]
    assert by_text["taken"] == 1
    assert [each["code"] for each in (broken, nothing, endless)] == [
        "PRICE_FILE_UNREADABLE",
        "LIST_EMPTY",
        "LIST_TOO_LONG",
    ]
    assert await own_cart(buyer, chain.downstream) == [("3", "CASE")]


async def test_a_list_costs_the_same_statements_however_long_it_is(chain, buyer, statements):
    counts = []
    for lines in (1, 1, 12):
        codes = [f"C{new_id().hex}" for _ in range(lines)]
        async with chain.world.at_once():
            skus = [await chain.world.sku(chain.brand) for _ in codes]
            for sku, code in zip(skus, codes, strict=True):
                await coded(chain.world, sku, code)
            await chain.world.price(chain.distributor, dict.fromkeys(skus, "2"), name=codes[0])
        content = "\n".join(f"{code} 2 piece\n{code} 1 case" for code in codes)
        with statements.counting() as sent:
            found = await quick(buyer, chain, content)
        counts.append(len(sent))
        assert found["taken"] == lines

    assert counts[1] == counts[2] == STATEMENTS


async def test_what_was_ordered_before_is_put_into_the_cart_as_far_as_it_is_sold(chain, buyer):
    world = chain.world
    gone = await world.sku(chain.brand)
    await world.price(chain.distributor, {gone: "1"}, name="More")
    template = await saved(
        buyer, chain, "Both", lines=[wanted_line(chain.sku, "2", "CASE"), wanted_line(gone, "5")]
    )
    order = await give(
        buyer,
        "orderSavedCart",
        "Order",
        "id",
        idempotencyKey="k1",
        savedCartId=template["id"],
        seenTotal="148.84",
    )
    await delist(world, gone)

    for _ in range(2):
        again = await give(
            buyer, "reorder", "FilledCart", FILLED, idempotencyKey="k2", orderId=order["id"]
        )

    assert [line["outcome"] for line in again["lines"]] == ["TAKEN", "DELISTED"]
    assert await own_cart(buyer, chain.downstream) == [("2", "CASE")]
    rep = await world.member(chain.distributor, "SALES")
    document = "mutation($input: ReorderInput!) { reorder(input: $input) { __typename } }"
    refused = [
        await rep.ask(document, input={"idempotencyKey": "k3", "orderId": key})
        for key in (order["id"], gid("Order", new_id()))
    ]
    assert refused[0].body["errors"] == refused[1].body["errors"]


async def test_what_was_billed_is_put_into_the_cart_as_it_was_delivered(chain, buyer):
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    admin = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
    await chain.stock(chain.distributor, 100)
    order = await sign(chain, keeper, buyer)
    received = [{"orderLineId": order["lines"][0]["id"], "pieces": "40"}]
    await on_order(buyer, "confirmReceipt", order["id"], "ConfirmReceiptInput", received=received)
    await on_order(admin, "settleOrder", order["id"])
    invoices = (await buyer.ask("{ invoices { edges { node { id } } } }")).data["invoices"]
    (invoice,) = [edge["node"]["id"] for edge in invoices["edges"]]

    again = await give(
        buyer, "reorder", "FilledCart", FILLED, idempotencyKey="k1", invoiceId=invoice
    )

    assert [line["outcome"] for line in again["lines"]] == ["TAKEN"]
    assert await own_cart(buyer, chain.downstream) == [("40", "PIECE")]


async def test_an_uploaded_file_is_a_list_and_loses_no_line(chain, buyer):
    await coded(chain.world, chain.sku, "TEA", GTIN)
    blanks = [["", ""]] * 2_100  # As a sheet has them between its lines.
    sheet = workbook(["SKU", "Qty", "Unit"], ["TEA", 2, "case"], ["TEA", "=1+1"], *blanks, ["TEA"])
    text = "编码;数量;单位\nTEA;3;箱\n好茶叶;1;箱\n".encode("gb18030")
    book = await uploaded(buyer, "IMPORT", sheet, "order.xlsx")
    csv = await uploaded(buyer, "IMPORT", text, "order.txt")

    first = await quick(buyer, chain, None, key="once", fileId=book)
    again = await quick(buyer, chain, None, key="once", fileId=book)
    second = await quick(buyer, chain, None, fileId=csv)

    told = [(line["number"], line["outcome"]) for line in first["lines"]]
    assert told == [(2, "TAKEN"), (3, "BAD_QUANTITY"), (2_104, "UNREADABLE")]
    assert again == first
    assert [line["outcome"] for line in second["lines"]] == ["TAKEN", "UNKNOWN"]
    assert [quantity for quantity, _ in await own_cart(buyer, chain.downstream)] == ["5"]
    colleague = await chain.world.member(chain.retailer, "BUYER")
    other = await uploaded(buyer, "ORDER_ATTACHMENT", PDF)
    for person, given, code in (
        (colleague, {"fileId": csv}, "NOT_FOUND"),
        (buyer, {"fileId": other}, "NOT_FOUND"),
        (buyer, {"fileId": csv, "content": "TEA 1"}, "INVALID"),
    ):
        given |= {"relationshipId": gid("TradingRelationship", chain.downstream)}
        answer = await person.ask(QUICK, input=given | {"idempotencyKey": new_id().hex})
        assert answer.error_codes == [code]
