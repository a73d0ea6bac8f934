"""Many prices in one call or file: each fault by row, field and remedy; the rest as told."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from sqlalchemy import func, insert, select

from app.catalog.models import Sku, SkuPackaging
from app.db.database import Access
from app.kernel.ids import new_id
from app.pricing.models import PriceChangeRow, PriceEntry
from tests.support.branches import key
from tests.support.changes import (
    Team,
    begun,
    changed,
    move,
    put,
    send_file,
    shown,
    team,
    wants_approval,
)
from tests.support.documents import command_document
from tests.support.patience import PATIENCE_SECONDS
from tests.support.prices import create_list
from tests.support.world import gid

HEADING = "price_list,sku,amount"
YESTERDAY = str((datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)).date())
KEEP = {"errorPolicy": "KEEP_VALID"}
SOME_CATEGORY, SOME_BRAND = (gid(kind, UUID(int=1)) for kind in ("Category", "Brand"))
SHARE = {"amount": None, "percentOfList": "88"}


@pytest.fixture
async def the(world) -> Team:
    return await team(world)


async def rows_in(the: Team) -> int:
    statement = select(func.count()).select_from(PriceChangeRow)
    return await the.world.run(lambda work: work.session.scalar(statement))


async def code_of(the: Team, sku) -> str:
    return await the.world.run(
        lambda work: work.session.scalar(select(Sku.code).where(Sku.id == sku))
    )


async def many_skus(the: Team, number: int) -> list:
    """So many SKUs of one product, written at once; their codes are S0, S1 and so on."""
    ids = [new_id() for _ in range(number)]

    async def write(work) -> None:
        like = await work.session.scalar(select(Sku).where(Sku.id == the.sku))
        rows = [
            {
                "tenant_id": work.tenant_id,
                "id": sku,
                "product_id": like.product_id,
                "tax_category_id": like.tax_category_id,
                "code": f"S{place}",
                "name": f"S{place}",
            }
            for place, sku in enumerate(ids)
        ]
        await work.session.execute(insert(Sku), rows)
        packs = [
            {"tenant_id": work.tenant_id, "sku_id": sku, "level": "PIECE", "factor": Decimal(1)}
            for sku in ids
        ]
        await work.session.execute(insert(SkuPackaging), packs)

    await the.world.run(write)
    return ids


async def test_a_row_of_the_same_key_and_start_is_written_over(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"), the.row("60", packagingLevel="CASE"))

    again = await put(the.author, change_set, the.row("12"))

    found = await shown(the.author, change_set)
    assert again["written"] == 1
    assert [(row["position"], row["amount"]) for row in found["rows"]] == [(1, "12"), (2, "60")]


async def test_rows_can_be_taken_out_again(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"), the.row("22", the.other))
    first, _ = (await shown(the.author, change_set))["rows"]

    answer = await the.author.ask(
        command_document("removePriceChanges"),
        input={"changeSetId": change_set, "rowIds": [first["id"]]},
    )

    assert answer.data["removePriceChanges"]["__typename"] == "PriceChangeSet"
    assert [row["amount"] for row in (await shown(the.author, change_set))["rows"]] == ["22"]


@pytest.mark.parametrize(
    ("fault", "code", "field"),
    [
        ({"amount": "-1"}, "INVALID", "amount"),
        ({"amount": "0.00001"}, "INVALID", "amount"),
        ({"percentOfList": "88"}, "INVALID", "amount"),
        ({"amount": None}, "INVALID", "amount"),
        ({"remove": True}, "INVALID", "amount"),
        ({"amount": None, "percentOfList": "88"}, "PERCENT_ON_BASE_LIST", "percentOfList"),
        ({"skuId": None}, "AMOUNT_NEEDS_SKU", "amount"),
        ({"categoryId": SOME_CATEGORY}, "INVALID", "skuId"),
        ({"skuId": None, "brandId": SOME_BRAND} | SHARE, "INVALID", "categoryId"),
        ({"fromQuantity": "-1"}, "INVALID", "fromQuantity"),
        ({"skuId": "unknown"}, "NOT_FOUND", "skuId"),
        ({"priceListId": "unknown"}, "NOT_FOUND", "priceListId"),
        ({"packagingLevel": "PALLET"}, "NO_SUCH_PACKAGING", "packagingLevel"),
        ({"validFrom": YESTERDAY}, "PRICE_FROM_PAST", "validFrom"),
        ({"validFrom": "2199-01-02", "validUntil": "2199-01-01"}, "PRICE_LIST_PERIOD_WRONG", None),
        ({"validUntil": YESTERDAY}, "PRICE_LIST_PERIOD_WRONG", "validUntil"),
        ({"same": True}, "PRICE_ROWS_OVERLAP", "validFrom"),
        ({"same": True, "validFrom": "2199-01-01"}, "PRICE_ROWS_OVERLAP", "validFrom"),
    ],
)
async def test_each_fault_is_named_with_its_row(the, fault, code, field):
    change_set = await begun(the.author)
    sku = the.sku if "same" in fault else the.other
    wrong = the.row("22", sku) | {name: fault[name] for name in fault if name != "same"}
    for name, kind in (("skuId", "Sku"), ("priceListId", "PriceList")):
        wrong[name] = gid(kind, new_id()) if wrong.get(name) == "unknown" else wrong.get(name)

    nothing = await put(the.author, change_set, the.row("11"), wrong)
    assert (nothing["written"], await rows_in(the)) == (0, 0)
    kept = await put(the.author, change_set, the.row("11"), wrong, **KEEP)

    (found,) = kept["faults"]
    assert found == nothing["faults"][0]
    assert (found["row"], found["code"]) == (2, code)
    assert found["field"] == (field or "validUntil")
    assert (kept["written"], await rows_in(the)) == (1, 1)


async def test_a_row_may_not_overlap_what_the_set_holds_already(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))

    outcome = await put(the.author, change_set, the.row("12", validFrom="2199-01-01"), **KEEP)

    assert outcome["faults"][0]["code"] == "PRICE_ROWS_OVERLAP"
    assert "row 1 of the set" in outcome["faults"][0]["message"]
    assert await rows_in(the) == 1


async def test_lists_of_another_seller_take_no_rows(the):
    change_set = await begun(the.stranger)

    outcome = await put(the.stranger, change_set, the.row("11"))

    assert [fault["code"] for fault in outcome["faults"]] == ["NOT_FOUND"]
    assert await rows_in(the) == 0


async def test_a_file_of_prices_becomes_rows(the):
    first, second = await code_of(the, the.sku), await code_of(the, the.other)
    await create_list(the.author, kind="BASE", name="Other", validFrom="2020-01-01")
    change_set = await begun(the.author)

    outcome = await send_file(
        the.author,
        change_set,
        "\ufeffPrice_List;sku;packaging_level;from_quantity;amount;valid_from;valid_until;remove;currency\n"
        f"Base;{first};case;48;240.50;2199-01-01;2199-12-31;;CNY\n\n"
        f"Other;{second};;;22;;;no;\n"
        f"Base;{second};;;;;;yes;\n",
    )

    rows = (await shown(the.author, change_set))["rows"]
    assert (outcome["written"], outcome["faults"]) == (3, [])
    assert [(row["priceList"]["name"], row["sku"]["code"], row["amount"]) for row in rows] == [
        ("Base", first, "240.50"),
        ("Other", second, "22"),
        ("Base", second, None),
    ]
    assert (rows[0]["packagingLevel"], rows[0]["fromQuantity"]) == ("CASE", "48")
    assert rows[0]["validFrom"] == "2198-12-31T16:00:00+00:00"
    assert [row["isRemoved"] for row in rows] == [False, False, True]


async def test_a_workbook_of_prices_becomes_rows(the):
    book, packed = Workbook(), BytesIO()
    sheet = book.active
    sheet.append(["price_list", "sku", "amount", "valid_from"])
    sheet.append(["Base", await code_of(the, the.sku), 11.25, datetime(2199, 1, 1)])
    sheet.append(["Base", await code_of(the, the.other), "1,5", None])
    book.save(packed)
    change_set = await begun(the.author)

    content = base64.b64encode(packed.getvalue()).decode()
    outcome = await send_file(the.author, change_set, content, format="XLSX", **KEEP)

    (row,) = (await shown(the.author, change_set))["rows"]
    assert (row["amount"], row["validFrom"]) == ("11.25", "2198-12-31T16:00:00+00:00")
    (fault,) = outcome["faults"]
    assert (fault["row"], fault["field"], fault["code"]) == (3, "amount", "CELL_UNREADABLE")


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"sku": "NO-SUCH"}, "sku", "UNKNOWN_IN_FILE"),
        ({"price_list": "Nobody's"}, "price_list", "UNKNOWN_IN_FILE"),
        ({"sku": "", "category": "Nothing"}, "category", "UNKNOWN_IN_FILE"),
        ({"amount": ""}, "amount", "CELL_UNREADABLE"),
        ({"amount": "0"}, "amount", "ZERO_PRICE_UNCONFIRMED"),
        ({"amount": "0.00"}, "amount", "ZERO_PRICE_UNCONFIRMED"),
        ({"amount": "1 234"}, "amount", "CELL_UNREADABLE"),
        ({"amount": '"1,234.50"'}, "amount", "CELL_UNREADABLE"),
        ({"amount": '"12,50"'}, "amount", "CELL_UNREADABLE"),
        ({"amount": "1e3"}, "amount", "CELL_UNREADABLE"),
        ({"amount": "-1"}, "amount", "INVALID"),
        ({"currency": "EUR"}, "currency", "PRICE_CURRENCY_WRONG"),
        ({"packaging_level": "BOX"}, "packaging_level", "CELL_UNREADABLE"),
        ({"packaging_level": "PALLET"}, "packaging_level", "NO_SUCH_PACKAGING"),
        ({"valid_from": "1.6.2199"}, "valid_from", "CELL_UNREADABLE"),
        ({"valid_from": YESTERDAY}, "valid_from", "PRICE_FROM_PAST"),
        ({"from_quantity": "0.5"}, "from_quantity", "FRACTIONAL_PIECES"),
        ({"remove": "perhaps"}, "remove", "CELL_UNREADABLE"),
        ({"percent_of_list": "88"}, "amount", "INVALID"),
        ({"amount": "", "percent_of_list": "88"}, "percent_of_list", "PERCENT_ON_BASE_LIST"),
    ],
)
async def test_each_bad_cell_is_named_by_line_and_column(the, cells, field, code):
    columns = [
        "price_list", "sku", "category", "amount", "currency", "packaging_level",
        "from_quantity", "percent_of_list", "valid_from", "remove",
    ]  # fmt: skip
    good = {"price_list": "Base", "sku": await code_of(the, the.sku), "amount": "11"}
    wrong = {"price_list": "Base", "sku": await code_of(the, the.other), "amount": "22"} | cells
    lines = [",".join(line.get(name, "") for name in columns) for line in (good, wrong)]
    content = "\n".join([",".join(columns), *lines])
    change_set = await begun(the.author)

    nothing = await send_file(the.author, change_set, content)
    assert (nothing["written"], await rows_in(the)) == (0, 0)
    kept = await send_file(the.author, change_set, content, **KEEP)

    (fault,) = kept["faults"]
    assert (fault["row"], fault["field"], fault["code"]) == (3, field, code)
    assert fault["message"].count(" ") > 4
    assert (kept["written"], await rows_in(the)) == (1, 1)


async def test_a_zero_that_is_meant_is_a_price(the):
    change_set = await begun(the.author)
    content = f"{HEADING}\nBase,{await code_of(the, the.sku)},0"

    outcome = await send_file(the.author, change_set, content, zeroPricesAreMeant=True)

    assert outcome["written"] == 1


@pytest.mark.parametrize(
    ("content", "more"),
    [
        ("", {}),
        (HEADING, {}),
        ("sku,amount\nS0,1", {}),
        ("price_list,sku,price\nBase,S0,1", {}),
        ("price_list,sku,sku\nBase,S0,S0", {}),
        (f'{HEADING}\n"Base', {}),
        ("not base64!", {"format": "XLSX"}),
        (base64.b64encode(b"PK\x03\x04 no workbook").decode(), {"format": "XLSX"}),
        (HEADING + "\nBase,S0,1" * 10_001, {}),
    ],
)
async def test_a_file_that_is_no_table_of_prices_is_refused(the, content, more):
    change_set = await begun(the.author)

    refused = await send_file(the.author, change_set, content, **more)

    assert (refused["code"], refused["field"]) == ("PRICE_FILE_UNREADABLE", "content")
    assert await rows_in(the) == 0


async def test_unknown_skus_among_ten_thousand_lines_are_named(the):
    await many_skus(the, 10_000)
    lines = [f"Base,S{place},{place + 1}.50" for place in range(10_000)]
    lines[4_999], lines[9_999] = "Base,TYPO,5", "Base,S9999,"
    change_set = await begun(the.author)

    outcome = await send_file(the.author, change_set, "\n".join([HEADING, *lines]), **KEEP)

    found = [(fault["row"], fault["field"], fault["code"]) for fault in outcome["faults"]]
    assert found == [(5_001, "sku", "UNKNOWN_IN_FILE"), (10_001, "amount", "CELL_UNREADABLE")]
    assert "TYPO" in outcome["faults"][0]["message"]
    assert outcome["written"] == await rows_in(the) == 9_998


@pytest.mark.parametrize("number", [1, 50])
async def test_a_whole_life_takes_the_same_statements_for_any_number_of_rows(
    the, statements, number
):
    skus = await many_skus(the, number)
    rows = [the.row("11", sku) for sku in skus]
    change_set = await begun(the.author)
    sent = {}

    async def count(name: str, doing) -> None:
        with statements.counting() as seen:
            await doing
        sent[name] = len(seen)

    content = "\n".join([HEADING, *(f"Base,S{place},12" for place in range(number))])
    await count("put", put(the.author, change_set, *rows))
    await count("import", send_file(the.author, change_set, content))
    await count("submit", move(the.author, "submit", change_set))
    await count("approve", move(the.approver, "approve", change_set))
    await count("roll back", move(the.approver, "rollBack", change_set, reason="wrong"))
    await count("show", shown(the.author, change_set))

    assert sent == {
        "put": 12,
        "import": 15,
        "submit": 11,
        "approve": 15,
        "roll back": 13,
        "show": 9,
    }


async def test_a_reader_goes_on_while_five_thousand_prices_are_activated(the, database):
    skus = await many_skus(the, 5_000)
    price_list = key(gid("PriceList", the.list_id))
    entries = select(func.count()).select_from(PriceEntry).where(PriceEntry.known_until.is_(None))
    change_set = await begun(the.author)
    lines = [f"Base,S{place},7" for place in range(len(skus))]
    await send_file(the.author, change_set, "\n".join([HEADING, *lines]))
    await move(the.author, "submit", change_set)
    inside, read = asyncio.Event(), asyncio.Event()

    async def activate(work):
        from app.pricing import locks  # noqa: PLC0415  # what a command does, step by step
        from app.pricing.operations.applying import apply  # noqa: PLC0415

        await locks.price_lists_of_set(work, key(change_set))
        written = await apply(work, key(change_set), datetime.now(UTC))
        inside.set()
        await asyncio.wait_for(read.wait(), 2 * PATIENCE_SECONDS)
        return written

    activating = asyncio.create_task(the.world.run(activate))
    await asyncio.wait_for(inside.wait(), PATIENCE_SECONDS)
    async with database.transaction(the.world.tenant_id, Access.READ) as session:
        before = await asyncio.wait_for(session.scalar(entries), PATIENCE_SECONDS)
    read.set()

    assert before == 2
    assert (await activating).entries == 5_000
    async with database.transaction(the.world.tenant_id, Access.READ) as session:
        assert await session.scalar(entries) == 5_002
    assert price_list


async def test_two_changes_of_one_list_wait_for_each_other(the):
    await wants_approval(the.world, the.brand)
    first, second = [await begun(the.author, name) for name in ("One", "Two")]
    for change_set, amount in ((first, "11"), (second, "12")):
        await put(the.author, change_set, the.row(amount))
        await move(the.author, "submit", change_set)

    done = await asyncio.gather(*(move(the.approver, "approve", each) for each in (first, second)))

    assert [each["__typename"] for each in done] == ["PriceChangeSet"] * 2
    standing = (
        select(func.count())
        .select_from(PriceEntry)
        .where(
            PriceEntry.sku_id == the.sku,
            PriceEntry.known_until.is_(None),
            PriceEntry.valid_until.is_(None),
        )
    )
    assert await the.world.run(lambda work: work.session.scalar(standing)) == 1


async def test_what_is_equal_already_stays_as_it_is(the):
    before = await the.world.run(
        lambda work: work.session.scalar(select(func.count(PriceEntry.id)))
    )

    await changed(the, "Same", the.row("10"))

    after = await the.world.run(lambda work: work.session.scalar(select(func.count(PriceEntry.id))))
    assert after == before
