"""A customer's price list, paged and as files, behind addresses that are good for minutes."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from urllib.parse import unquote

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import update

from app.catalog.models import Product, Sku
from app.identities.downloads import LIFETIME, DownloadTicket, read_ticket, sign_ticket
from app.identities.models import SignInSession
from app.identities.tokens import AccessClaims
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.pricing.models import PriceEntry
from app.promotions.rules.terms import ProductScope
from app.promotions.rules.words import BenefitKind, Lane, Measure
from tests.quotes.conftest import Market
from tests.support.bands import for_sku
from tests.support.console import FILE, LIST
from tests.support.promotions import Trade
from tests.support.schemes import tiers
from tests.support.world import LONG_AGO, Person, World, gid

HEADER_LINES = 5


async def link(market: Market, person: Person, file_format: str, **more) -> dict[str, str]:
    given = {"relationshipId": market.terms, "format": file_format, **more}
    return (await person.ask(FILE, input=given)).data["customerPriceListFile"]


async def fetched(market: Market, person: Person, file_format: str, **more) -> bytes:
    answer = await market.world.http.get(
        (await link(market, person, file_format, **more))["downloadUrl"]
    )
    assert answer.status_code == 200
    return answer.content


async def rename(market: Market, sku, name: str) -> None:
    async def command(work):
        found = await work.session.get(Sku, (work.tenant_id, sku))
        await work.session.execute(
            update(Product).where(Product.id == found.product_id).values(name=name)
        )

    await market.world.run(command)


async def test_a_page_of_the_list_has_every_unit_and_break(market):
    answer = await market.buyer.ask(LIST, id=market.terms)

    nodes = [edge["node"] for edge in answer.data["customerPriceList"]["edges"]]
    assert [node["sku"]["product"]["name"] for node in nodes] == ["Apple juice", "Beer", "Cola"]
    assert [offer["unitPrice"] for offer in nodes[0]["offers"]] == ["2.50", "60"]


async def test_csv_reads_back_with_a_header_and_exact_prices(market):
    content = await fetched(market, market.buyer, "CSV")

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {9}
    assert [row[:2] for row in rows[:2]] == [["Seller", "Brand"], ["Customer", "Shop"]]
    assert rows[3][:2] == ["Currency", "CNY"]
    table = [dict(zip(rows[HEADER_LINES], row, strict=True)) for row in rows[HEADER_LINES + 1 :]]
    assert [(row["Product"], row["Unit"], row["Price per unit"]) for row in table] == [
        ("Apple juice", "PIECE", "2.50"),
        ("Apple juice", "CASE", "60.00"),
        ("Beer", "PIECE", "2.00"),
        ("Beer", "CASE", "24.00"),
        ("Cola", "PIECE", ""),
    ]
    assert "no valid price row" in table[-1]["Remark"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1"])
async def test_no_name_becomes_a_formula(market, name):
    await rename(market, market.apple, name)

    content = (await fetched(market, market.admin, "CSV")).decode("utf-8-sig")
    workbook = openpyxl.load_workbook(BytesIO(await fetched(market, market.admin, "XLSX")))

    cells = [cell for row in csv.reader(StringIO(content, newline="")) for cell in row]
    assert f"'{name}" in cells
    assert name not in cells
    shown = [cell for row in workbook.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in shown} <= {"s", "n"}


async def test_a_workbook_reads_back_with_numbers(market):
    workbook = openpyxl.load_workbook(BytesIO(await fetched(market, market.admin, "XLSX")))

    rows = list(workbook.active.iter_rows(values_only=True))
    assert rows[0][:2] == ("Seller", "Brand")
    table = [row for row in rows if row[3] in ("PIECE", "CASE")]
    assert [(row[1], row[4], row[6]) for row in table] == [
        ("Apple juice", 1, 2.5),
        ("Apple juice", 24, 60),
        ("Beer", 1, 2),
        ("Beer", 12, 24),
        ("Cola", 1, None),
    ]


async def test_a_pdf_has_chinese_and_accented_text_and_page_numbers(market):
    await rename(market, market.apple, "河边苹果汁 Café Łódź")
    for _ in range(45):
        await market.world.sku(market.brand)

    reader = PdfReader(BytesIO(await fetched(market, market.buyer, "PDF")))

    texts = [page.extract_text() for page in reader.pages]
    whole = "".join(texts)
    assert "河边苹果汁" in whole
    assert "Café Łódz" in whole
    assert "60.00" in whole
    assert len(texts) == 2
    assert [f"Page {number} of 2" in text for number, text in enumerate(texts, 1)] == [True, True]


async def test_a_file_is_kept_by_a_safe_name_and_by_no_cache(market):
    asked = await link(market, market.admin, "CSV", at="2026-01-02T00:00:00Z")

    answer = await market.world.http.get(asked["downloadUrl"])

    assert asked["fileName"] == "Brand-Shop-2026-01-02.csv"
    assert asked["mediaType"] == answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="Brand-Shop-')
    assert unquote(answer.headers["content-disposition"]).endswith("''Brand-Shop-2026-01-02.csv")
    assert answer.headers["cache-control"] == "private, no-store"


async def test_a_file_shows_the_prices_of_the_instant_asked_for(market):
    nothing = await fetched(market, market.admin, "CSV", at="2019-01-01T00:00:00Z")
    future = await market.buyer.ask(
        FILE,
        input={"relationshipId": market.terms, "format": "CSV", "at": "2100-01-01T00:00:00Z"},
    )
    page = await market.buyer.ask(LIST, id=market.terms, at="2100-01-01T00:00:00Z")

    assert b"2.50" not in nothing
    assert future.error_codes == page.error_codes == ["INVALID"]


async def test_a_ticket_that_is_changed_expired_or_of_another_kind_is_no_file(market):
    url = (await link(market, market.admin, "CSV"))["downloadUrl"]
    secret, ticket = market.world.settings.secret, url.rpartition("/")[2]
    known = read_ticket(secret, ticket)
    long_ago = datetime.now(UTC) - LIFETIME - timedelta(seconds=1)

    wrong = [
        f"{ticket[:-2]}xx",
        market.admin.token,
        sign_ticket(secret, known, long_ago),
        sign_ticket("another secret that is long enough for this", known, datetime.now(UTC)),
        sign_ticket(secret, DownloadTicket(known.claims, "somethingElse"), datetime.now(UTC)),
        "x",
    ]
    answers = [await market.world.http.get(f"/files/{each}") for each in wrong]

    assert {(answer.status_code, answer.text) for answer in answers} == {
        (404, "There is no such file.")
    }
    assert (await market.world.ask("{ viewer { name } }", ticket)).error_codes == [
        "UNAUTHENTICATED"
    ]


async def test_rights_are_asked_again_at_the_download(market):
    url = (await link(market, market.buyer, "CSV"))["downloadUrl"]
    before = await market.world.http.get(url)

    await market.world.run(
        lambda work: work.session.execute(
            update(SignInSession)
            .where(SignInSession.id == market.buyer.session_id)
            .values(ended_at=work.now)
        )
    )
    after = await market.world.http.get(url)

    assert (before.status_code, after.status_code) == (200, 404)


async def test_a_ticket_of_one_cannot_fetch_anothers_list(market, database, http, settings):
    """Tickets are signed by us alone; even so, what they name is held to their bearer's reach."""
    elsewhere = await World.create(database, http, settings)
    foreign = await elsewhere.member(await elsewhere.organisation("Brand"), "ENTERPRISE_ADMIN")
    url = (await link(market, market.admin, "CSV"))["downloadUrl"]
    parameters = read_ticket(settings.secret, url.rpartition("/")[2]).parameters
    forged = [
        sign_ticket(
            settings.secret,
            DownloadTicket(
                AccessClaims(
                    person.identity_id,
                    person.session_id,
                    person.world.tenant_id,
                    person.membership_id,
                ),
                "customerPriceList",
                parameters,
            ),
            datetime.now(UTC),
        )
        for person in (market.stranger, foreign)
    ]

    answers = [await http.get(f"/files/{each}") for each in forged]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_a_siblings_list_is_as_unknown_as_none(market):
    unknown = gid("TradingRelationship", market.apple)
    crossed, nothing = [
        await market.stranger.ask(FILE, input={"relationshipId": key, "format": "CSV"})
        for key in (market.terms, unknown)
    ]
    page = await market.stranger.ask(LIST, id=market.terms)

    assert crossed.body == nothing.body
    assert crossed.error_codes == page.error_codes == ["NOT_FOUND"]


@pytest.mark.parametrize("goods", [1, 40])
async def test_a_file_takes_the_same_statements_for_any_number_of_goods(market, statements, goods):
    for _ in range(goods):
        await market.world.sku(market.brand)
    url = (await link(market, market.admin, "CSV"))["downloadUrl"]

    with statements.counting() as sent:
        await market.world.http.get(url)

    # begin, actor, relationship, names, SKUs by name, facts, schemes, standing, lists, rows, bands,
    # commit
    assert len(sent) == 13


def test_a_ticket_reads_back(settings):
    claims = AccessClaims(*(new_id() for _ in range(4)))
    ticket = DownloadTicket(claims, "customerPriceList", {"format": "CSV"})

    text = sign_ticket(settings.secret, ticket, datetime.now(UTC))

    assert read_ticket(settings.secret, text) == ticket
    with pytest.raises(NotFound):
        read_ticket("some other secret of enough length", text)


async def promoted(market: Market) -> None:
    """Ten percent off the apple juice, and a retail price for the beer."""
    trade = Trade(market.world, market.brand, market.shop, market.shop, market.apple)
    await trade.scheme(
        lane=Lane.LINE,
        benefit=BenefitKind.PERCENT_OFF,
        measure=Measure.QUANTITY,
        tiers=tiers((1, 10)),
        scope=ProductScope(sku_ids=(market.apple,)),
    )
    await for_sku(market.admin, market.beer, {"recommendedRetailPrice": "3.20"})


async def test_columns_for_promotions_and_retail_prices_stand_where_any_row_has_one(market):
    await promoted(market)

    content = await fetched(market, market.buyer, "CSV")

    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    headers = HEADER_LINES + 2
    assert {len(row) for row in rows} == {11}
    assert [row[0] for row in rows[headers - 2 : headers]] == ["Promotions", "Retail"]
    assert rows[headers][6:9] == ["Price per unit", "With promotions", "Advised retail"]
    assert [row[3:4] + row[6:9] for row in rows[headers + 1 :]] == [
        ["PIECE", "2.50", "2.25", ""],
        ["CASE", "60.00", "54.00", ""],
        ["PIECE", "2.00", "", "3.20"],
        ["CASE", "24.00", "", "38.40"],
        ["PIECE", "", "", ""],
    ]


async def test_a_workbook_and_a_pdf_have_the_same_columns(market):
    await promoted(market)

    workbook = openpyxl.load_workbook(BytesIO(await fetched(market, market.buyer, "XLSX")))
    reader = PdfReader(BytesIO(await fetched(market, market.buyer, "PDF")))

    table = [row for row in workbook.active.iter_rows(values_only=True) if row[3] == "CASE"]
    assert [row[6:9] for row in table] == [(60, 54, None), (24, None, 38.4)]
    text = reader.pages[0].extract_text()
    assert {"With promotions", "Advised retail"} <= set(text.splitlines())
    assert {"54.00", "38.40"} <= set(text.splitlines())


async def test_a_price_from_more_pieces_on_has_no_price_with_promotions(market):
    """It is that of one unit, which stands in the row that one unit is bought by."""
    await promoted(market)
    amount = PriceEntry(
        price_list_id=market.gold_list,
        sku_id=market.apple,
        from_quantity=Decimal(100),
        amount=Decimal("2.00"),
        valid_from=LONG_AGO,
        known_from=LONG_AGO,
    )
    await market.world.save(amount)

    content = await fetched(market, market.buyer, "CSV")

    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    apples = [row[5:8] for row in rows if row[1] == "Apple juice" and row[3] == "PIECE"]
    assert apples == [["0", "2.50", "2.25"], ["100", "2.00", ""]]
