"""Many prices in one call or file: each fault by row, field and remedy; the rest as told."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.db.database import Access
from app.kernel.ids import new_id
from app.pricing.models import PriceEntry
from tests.support.branches import key
from tests.support.change_rows import HEADING, KEEP, YESTERDAY, many_skus, rows_in
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
from tests.support.world import gid

SOME_CATEGORY, SOME_BRAND = (gid(kind, UUID(int=1)) for kind in ("Category", "Brand"))


SHARE = {"amount": None, "percentOfList": "88"}


@pytest.fixture
async def the(world) -> Team:
    return await team(world)


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
