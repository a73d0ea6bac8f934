"""Rows of a price change that come from files."""

import base64
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from app.catalog.models import Sku
from tests.support.change_rows import HEADING, KEEP, YESTERDAY, many_skus, rows_in
from tests.support.changes import (
    Team,
    begun,
    send_file,
    shown,
    team,
)
from tests.support.prices import create_list


@pytest.fixture
async def the(world) -> Team:
    return await team(world)


async def code_of(the: Team, sku) -> str:
    return await the.world.run(
        lambda work: work.session.scalar(select(Sku.code).where(Sku.id == sku))
    )


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
