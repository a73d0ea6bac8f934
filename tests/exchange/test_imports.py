"""Tables come in: each bad row is told before anything is written, and nothing comes twice."""

import csv
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from app.books import check_tenant
from app.catalog.models import Brand, Category, Product, Sku, SkuPackaging, TaxCategory
from app.exchange.commands.forgetting import forget_run
from app.exchange.models import ExportRun, ImportRow, ImportRun
from app.exchange.operations import stepping
from app.exchange.operations.forgetting import old_runs
from app.inventory.models import LotBalance, StockMove
from app.storage.models import StoredFile
from tests.support.exchange import (
    applied,
    begun,
    exported,
    fetched,
    imported,
    shown,
)
from tests.support.files import carried, uploaded, workbook
from tests.support.world import Person

HEADING = ["warehouse", "sku", "lot", "quantity", "packaging_level", "produced_on", "expires_on"]
PRODUCT = {
    "sku": "TEA-500",
    "product": "Green tea",
    "brand": "Riverside",
    "category": "Drinks",
    "tax_category": "Standard",
    "size": "500 ml",
    "pieces_in_case": "24",
}


def table(heading: list[str], *lines: list[str]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([heading, *lines])
    return text.getvalue().encode()


def products(*rows: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return table(names, *([row.get(name, "") for name in names] for row in rows))


@pytest.fixture
async def brand(world):
    return await world.organisation("Riverside Brand", "BRAND")


@pytest.fixture
async def person(world, brand) -> Person:
    return await world.member(brand, "ENTERPRISE_ADMIN", "WAREHOUSE")


@pytest.fixture
async def tea(world, brand) -> str:
    sku = await world.sku(brand, "Tea", case=24)
    await world.warehouse(brand, "Main")
    return await world.run(lambda work: work.session.scalar(select(Sku.code).where(Sku.id == sku)))


async def count(world, of) -> int:
    return await world.run(lambda work: work.session.scalar(select(func.count()).select_from(of)))


async def on_hand(world) -> list[str]:
    rows = await world.run(
        lambda work: work.session.execute(select(LotBalance.on_hand).order_by(LotBalance.lot_id))
    )
    return [f"{row.on_hand.normalize():f}" for row in rows]


async def test_twenty_bad_rows_of_seventy_are_told_and_the_fifty_good_ones_wait(world, person, tea):
    wrong = [
        (["Nowhere", tea, "L", "1"], "warehouse", "UNKNOWN_IN_FILE"),
        (["Main", "NO-SUCH", "L", "1"], "sku", "UNKNOWN_IN_FILE"),
        (["Main", tea, "", "1"], "lot", "CELL_UNREADABLE"),
        (["Main", tea, "L", "1,5"], "quantity", "CELL_UNREADABLE"),
        (["Main", tea, "L", "-1"], "quantity", "CELL_UNREADABLE"),
        (["Main", tea, "L", "=1+1"], "quantity", "CELL_IS_FORMULA"),
        (["Main", tea, "L", "1", "BOX"], "packaging_level", "CELL_UNREADABLE"),
        (["Main", tea, "L", "1", "PALLET"], "packaging_level", "NO_SUCH_PACKAGING"),
        (["Main", tea, "L", "0.5"], "quantity", "FRACTIONAL_PIECES"),
        (["Main", tea, "L0", "9"], "sku", "ROW_TWICE"),
    ]
    good = [["Main", tea, f"L{place}", "2", "case"] for place in range(50)]
    lines = [*good, *(line for line, _, _ in wrong * 2)]

    run = await imported(person, "STOCK", table(HEADING, *lines))

    counted = {name: run[name] for name in ("state", "rows", "good", "bad", "written")}
    assert counted == {"state": "CHECKED", "rows": 70, "good": 50, "bad": 20, "written": 0}
    told = {(each["row"], each["column"], each["code"]) for each in run["faults"]}
    assert told >= {
        (place, column, code) for place, (_, column, code) in enumerate(wrong * 2, start=52)
    }
    assert {each["row"] for each in run["faults"]} == set(range(52, 72))
    assert all(each["problem"].count(" ") > 4 for each in run["faults"])
    assert await count(world, StockMove) == 0
    refused = await applied(person, run["id"])
    assert refused["code"] == "IMPORT_HAS_BAD_ROWS"

    done = await applied(person, run["id"], goodRowsOnly=True)

    assert (done["state"], done["written"]) == ("DONE", 50)
    assert await on_hand(world) == ["48"] * 50
    again = await applied(person, run["id"], goodRowsOnly=True)
    assert (again["written"], await count(world, StockMove)) == (50, 50)


async def test_the_faults_of_any_number_of_imports_take_the_same_statements(
    person, tea, statements
):
    lines = [["Nowhere", tea, f"L{place}", "1"] for place in range(4)]
    asked = """query($n: Int!) { importRuns(first: $n) { edges { node {
        id faults(first: 2, afterRow: 2) { row } } } } }"""
    runs = [await imported(person, "STOCK", table(HEADING, *lines[:many])) for many in (2, 4, 1, 3)]

    with statements.counting() as of_one:
        await person.ask(asked, n=1)
    with statements.counting() as of_all:
        answer = await person.ask(asked, n=10)

    nodes = [edge["node"] for edge in answer.data["importRuns"]["edges"]]
    assert {node["id"]: [each["row"] for each in node["faults"]] for node in nodes} == dict(
        zip((run["id"] for run in runs), ([3], [3, 4], [], [3, 4]), strict=True)
    )
    assert len(of_all) == len(of_one)


async def test_stock_is_what_was_counted_and_never_less_than_is_promised(world, person, tea):
    first = table(HEADING, ["Main", tea, "A", "10", "", "2026-01-01", "2199-01-01"])
    await applied(person, (await imported(person, "STOCK", first))["id"])
    await world.run(lambda work: work.session.execute(update(LotBalance).values(allocated=4)))

    counted = table(
        HEADING,
        ["Main", tea, "A", "7", "", "", ""],
        ["Main", tea, "B", "0", "", "", ""],
    )
    run = await imported(person, "STOCK", counted)
    await applied(person, run["id"])
    less = await imported(person, "STOCK", table(HEADING, ["Main", tea, "A", "3"]))
    dates = [["Main", tea, "A", "7", "", "", "2198-01-01"], ["Main", tea, "C", "1", "", "x", ""]]
    other = await imported(person, "STOCK", table(HEADING, *dates))

    assert await on_hand(world) == ["7"]
    assert [each["code"] for each in less["faults"]] == ["NOT_ENOUGH_STOCK"]
    assert [each["code"] for each in other["faults"]] == ["CANNOT_CHANGE", "CELL_UNREADABLE"]


async def test_products_come_with_their_sizes_and_what_is_there_stays(world, person, tea):
    rows = [
        PRODUCT | {"gtin": "4006381333931"},
        PRODUCT | {"sku": "TEA-1500", "size": "1500 ml", "pieces_in_case": "6"},
    ]
    await words(world)
    run = await imported(person, "PRODUCTS", products(*rows))
    assert (run["faults"], run["good"]) == ([], 2)
    done = await applied(person, run["id"])

    assert (done["state"], done["written"]) == ("DONE", 2)
    assert await count(world, Product) == 2  # with the tea that was there
    assert await count(world, SkuPackaging) == 2 + 4
    changed = [PRODUCT | {"description": "Without sugar"}, PRODUCT | {"sku": "T", "gtin": "1"}]
    changed += [rows[0] | {"size": "600 ml"}, rows[0] | {"sku": "OTHER"}]
    run = await imported(person, "PRODUCTS", products(*changed))
    codes = [(each["row"], each["column"], each["code"]) for each in run["faults"]]
    assert codes == [
        (3, "gtin", "GTIN_WRONG"),
        (4, "size", "CANNOT_CHANGE"),
        (4, "sku", "ROW_TWICE"),
        (5, "gtin", "GTIN_TAKEN"),
    ]
    await applied(person, run["id"], goodRowsOnly=True)
    told = select(Product.description).where(Product.name == "Green tea")
    assert await world.run(lambda work: work.session.scalar(told)) == "Without sugar"


async def words(world) -> None:
    """Call the network's words what `PRODUCT` calls them."""
    for of, name in ((Brand, "Riverside"), (Category, "Drinks"), (TaxCategory, "Standard")):
        named = update(of).values(name=name)
        await world.run(lambda work, named=named: work.session.execute(named))


async def test_what_goes_out_comes_in_again_and_changes_nothing(world, person, tea):
    await words(world)
    rows = [PRODUCT | {"product": "'=Tea", "description": "-50 %, @home"}]
    await applied(person, (await imported(person, "PRODUCTS", products(*rows)))["id"])
    stock = table(HEADING, ["Main", tea, "+L", "10", "", "", "2199-01-01"])
    await applied(person, (await imported(person, "STOCK", stock))["id"])
    moves = await count(world, StockMove)

    for kind, form in (("PRODUCTS", "CSV"), ("PRODUCTS", "XLSX"), ("STOCK", "XLSX")):
        out = await exported(person, kind, form)
        content = await fetched(person, out["file"]["downloadUrl"])
        run = await imported(person, kind, content)
        assert (run["faults"], run["rows"]) == ([], out["rows"])
        assert (await applied(person, run["id"]))["state"] == "DONE"
    out = await exported(person, "PRODUCTS", "CSV")
    written = (await fetched(person, out["file"]["downloadUrl"])).decode("utf-8-sig")
    assert "'=Tea" in written
    assert "'-50 %" in written
    assert (await count(world, StockMove), await on_hand(world)) == (moves, ["10"])


async def test_columns_are_mapped_and_remembered_and_encodings_recognised(world, person, tea):
    heading, line = ["仓库", "商品编码", "批号", "数量"], ["Main", tea, "批次一号", "5"]
    named = [
        {"column": name, "heading": word}
        for name, word in zip(("warehouse", "sku", "lot", "quantity"), heading, strict=True)
    ]
    text = table(
        heading, *[[*line[:2], f"批次第{place}号的货物", "5"] for place in range(20)]
    ).decode()

    first = await imported(person, "STOCK", text.encode("gb18030"), mapping=named)
    again = await imported(person, "STOCK", workbook(heading, line))
    wrong = await imported(person, "STOCK", text.encode("gb18030"), encoding="utf-8")
    none = await imported(person, "STOCK", text.encode(), encoding="klingon")
    other = await imported(person, "STOCK", table(["sku", "lot"], [tea, "L"]), mapping=[])

    assert (first["encoding"], first["faults"], first["good"]) == ("gb18030", [], 20)
    assert (again["encoding"], again["faults"], again["good"]) == (None, [], 1)
    assert {each["heading"] for each in again["mapping"]} == set(heading)
    assert [each["state"] for each in (wrong, none, other)] == ["FAILED"] * 3
    assert "utf-8" in wrong["problem"]
    assert "warehouse" in other["problem"]
    assert await count(world, ImportRow) == 21


async def test_a_workbook_with_formulas_names_their_rows(person, tea):
    content = workbook(
        HEADING[:4],
        ["Main", tea, "A", 5],
        ["Main", tea, "B", "=SUM(D2:D2)"],
        ["Main", tea, "C", 2.5],
    )

    run = await imported(person, "STOCK", content)

    codes = [(each["row"], each["column"], each["code"]) for each in run["faults"]]
    assert codes == [(3, "quantity", "CELL_IS_FORMULA"), (4, "quantity", "FRACTIONAL_PIECES")]


async def test_a_batch_costs_the_same_statements_whatever_it_holds(
    world, person, tea, statements, monkeypatch
):
    monkeypatch.setattr(stepping, "BATCH", 40)  # 40 rows, then 2
    await words(world)
    lines = [["Main", tea, f"L{place}", "2"] for place in range(42)]
    many = [PRODUCT | {"sku": f"T{place}", "product": f"P{place % 7}"} for place in range(42)]
    for kind, content, expected in (
        ("STOCK", table(HEADING, *lines), (24, 21)),
        ("PRODUCTS", products(*many), (24, 21)),
    ):
        run = await begun(person, kind, content)
        await carried(world, run["id"], most=1)
        costs = []
        for _ in range(2):
            with statements.counting() as sent:
                await carried(world, run["id"], most=1)
            costs.append(len(sent))
        await carried(world, run["id"])
        await applied(person, run["id"], most=0)
        for _ in range(2):
            with statements.counting() as sent:
                await carried(world, run["id"], most=1)
            costs.append(len(sent))
        assert (costs[0], costs[2]) == expected, (kind, costs)
        assert costs[1] <= costs[0], costs
        assert costs[3] <= costs[2], costs


async def test_every_table_goes_out_and_has_a_template(world, person, tea):
    for kind in ("PRICES", "CUSTOMERS", "ORDERS", "INVOICES"):
        out = await exported(person, kind, "CSV")
        assert (out["problem"], out["rows"]) == (None, 0)
    assert (await begun(person, "INVOICES", b"a,b"))["codes"] == ["INVALID"]
    asked = """query { tableColumns(kind: STOCK) { name says isNeeded example }
      tableTemplate(kind: STOCK, format: XLSX) { fileName downloadUrl } }"""
    found = (await person.ask(asked)).data

    content = await fetched(person, found["tableTemplate"]["downloadUrl"])

    sheet = load_workbook(BytesIO(content)).worksheets[0]
    names, example = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert names == [each["name"] for each in found["tableColumns"]] == HEADING
    assert example == [each["example"] for each in found["tableColumns"]]


async def test_an_import_is_of_one_organisation_and_one_file(world, person, brand, tea):
    content = table(HEADING, ["Main", tea, "A", "5"])
    run = await imported(person, "STOCK", content)
    stranger = await world.member(
        await world.organisation("Other"), "ENTERPRISE_ADMIN", "WAREHOUSE"
    )
    buyer = await world.member(brand, "BUYER")

    assert await shown(stranger, run["id"]) is None
    assert (await applied(stranger, run["id"]))["codes"] == ["NOT_FOUND"]
    assert (await begun(buyer, "STOCK", content))["codes"] == ["FORBIDDEN"]
    file = await uploaded(person, "ORDER_ATTACHMENT", b"%PDF-1.7 x")
    assert (await begun(person, "STOCK", b"", fileId=file))["codes"] == ["NOT_FOUND"]
    taken = {"fileId": run["file"]["id"]}
    assert (await begun(person, "STOCK", b"", **taken))["code"] == "FILE_IN_USE"
    assert (await world.http.get(run["file"]["downloadUrl"])).content == content


async def test_what_came_and_went_long_ago_is_forgotten_with_its_files(world, person, tea):
    lines = [["Main", tea, f"L{place}", "1"] for place in range(3)]
    done = await imported(person, "STOCK", table(HEADING, *lines))
    await applied(person, done["id"])
    await exported(person, "STOCK", "CSV")
    going_on = await begun(person, "STOCK", table(HEADING, *lines))
    now = datetime.now(UTC)

    async def forgotten(days: int) -> list[int]:
        at = now + timedelta(days=days)
        for key in await world.run(old_runs, at):
            await world.run(partial(forget_run, run_id=key), at)
        return [await count(world, of) for of in (ImportRun, ImportRow, ExportRun, StoredFile)]

    assert await forgotten(89) == [2, 3, 1, 3]
    assert await forgotten(91) == [1, 0, 0, 1]
    assert (await shown(person, going_on["id"]))["state"] == "READING"
    assert await on_hand(world) == ["1"] * 3
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []
