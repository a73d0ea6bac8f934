"""Setting stock aside: which lots serve whom, and what it costs (F7, Our rule 10)."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.inventory import operations
from app.inventory.operations import BeyondAllocated, LotQuantity
from app.kernel.ids import new_id
from tests.support.stock import (
    allocated,
    allocated_codes,
    assert_books_agree,
    balances,
    day,
    receive,
    reserve,
)

NOON_IN_SHANGHAI = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
async def shop(world):
    return await world.organisation("Riverside Distribution")


@pytest.fixture
async def sku(world, shop):
    return await world.sku(shop, case=24)


async def test_what_expires_first_goes_first(world, shop, sku):
    late, soon = day("2026-12-01"), day("2026-07-01")
    await receive(world, shop, (sku, 10, "late", late), (sku, 10, "soon", soon))
    await receive(world, shop, (sku, 10, "never", None))
    source, line = new_id(), new_id()

    covered = await reserve(world, shop, source, (line, sku, 25), now=NOON_IN_SHANGHAI)

    assert covered == {line: 25}
    assert await allocated_codes(world, source) == [("soon", 10), ("late", 10), ("never", 5)]
    await assert_books_agree(world)


@pytest.mark.parametrize(
    ("instant", "covered"),
    [
        (datetime(2026, 6, 1, 15, 59, 59, tzinfo=UTC), 10),  # 23:59:59 of 1 June in Shanghai
        (datetime(2026, 6, 1, 16, 0, 0, tzinfo=UTC), 0),  # midnight of 2 June there
    ],
)
async def test_a_lot_is_good_until_its_last_day_ends_in_the_warehouse(
    world, shop, sku, instant, covered
):
    await receive(world, shop, (sku, 10, "L", day("2026-06-01")))
    line, later = new_id(), new_id()

    given = await reserve(world, shop, new_id(), (line, sku, 10), now=instant)
    rest = await reserve(world, shop, new_id(), (later, sku, 1), now=instant)

    assert (given, rest) == ({line: covered}, {later: 0})


async def test_goods_must_keep_as_long_as_the_buyer_needs(world, shop, sku):
    await receive(
        world, shop, (sku, 5, "short", day("2026-06-30")), (sku, 5, "exact", day("2026-07-01"))
    )
    source, line = new_id(), new_id()

    covered = await reserve(
        world, shop, source, (line, sku, 10, day("2026-07-01")), now=NOON_IN_SHANGHAI
    )

    assert covered == {line: 5}
    assert await allocated_codes(world, source) == [("exact", 5)]


async def test_the_region_comes_first_then_priority_then_name(world, shop, sku):
    rest = {"priority": 1}
    names = {
        await world.warehouse(shop, "C", region="South", **rest): "C",
        await world.warehouse(shop, "A", region="North", **rest): "A",
        await world.warehouse(shop, "B", region="North", **rest): "B",
        await world.warehouse(shop, "D", region="North", priority=9): "D",
    }
    for warehouse in names:
        await receive(world, shop, (sku, 1, "L", None), warehouse=warehouse)

    chosen = []
    for _ in names:
        source = new_id()
        await reserve(world, shop, source, (new_id(), sku, 1), region="South")
        chosen += [names[lot.warehouse_id] for lot in await allocated(world, source)]

    assert chosen == ["C", "D", "A", "B"]


async def test_lines_of_one_sku_are_served_in_their_order(world, shop, sku):
    await receive(world, shop, (sku, 10, "L", None))
    first, second, third = new_id(), new_id(), new_id()

    covered = await reserve(
        world, shop, new_id(), (first, sku, 6), (second, sku, 6), (third, sku, 6)
    )

    assert covered == {first: 6, second: 4, third: 0}
    await assert_books_agree(world)


async def test_the_stock_of_others_serves_nobody_else(world, shop, sku):
    sibling = await world.organisation("Sibling")
    await receive(world, sibling, (sku, 10, "L", None))
    line = new_id()

    covered = await reserve(world, shop, new_id(), (line, sku, 1))

    assert covered == {line: 0}


async def test_what_expires_last_is_given_back_first(world, shop, sku):
    await receive(
        world, shop, (sku, 5, "soon", day("2026-07-01")), (sku, 5, "late", day("2026-08-01"))
    )
    source, line = new_id(), new_id()
    await reserve(world, shop, source, (line, sku, 10), now=NOON_IN_SHANGHAI)

    await world.run(lambda work: operations.release(work, source, {line: Decimal(7)}))

    assert await allocated_codes(world, source) == [("soon", 3)]
    await assert_books_agree(world)


async def test_releasing_without_quantities_gives_everything_back(world, shop, sku):
    warehouse = await receive(world, shop, (sku, 10, "L", None))
    source = new_id()
    await reserve(world, shop, source, (new_id(), sku, 4), (new_id(), sku, 5))

    await world.run(lambda work: operations.release(work, source))

    assert await allocated(world, source) == []
    assert await balances(world, sku) == {warehouse: (10, 0)}
    await assert_books_agree(world)


async def test_more_than_is_allocated_is_neither_released_nor_shipped(world, shop, sku):
    warehouse = await receive(world, shop, (sku, 10, "L", None))
    source, line = new_id(), new_id()
    await reserve(world, shop, source, (line, sku, 4))
    (lot,) = await allocated(world, source)
    too_much = LotQuantity(line, lot.warehouse_id, sku, lot.lot_id, Decimal(5))

    with pytest.raises(BeyondAllocated):
        await world.run(lambda work: operations.release(work, source, {line: Decimal(5)}))
    with pytest.raises(BeyondAllocated):
        await world.run(lambda work: operations.ship_out(work, "order", source, [too_much]))

    assert await balances(world, sku) == {warehouse: (10, 4)}
    await assert_books_agree(world)


async def test_shipped_goods_leave_and_returned_ones_go_back_to_their_lot(world, shop, sku):
    warehouse = await receive(world, shop, (sku, 10, "L", None))
    source, line = new_id(), new_id()
    await reserve(world, shop, source, (line, sku, 6))
    lots = await allocated(world, source)

    await world.run(lambda work: operations.ship_out(work, "order", source, lots))
    shipped = await balances(world, sku)
    await world.run(
        lambda work: operations.bring_back(work, "order", source, lots, reserve_again=True)
    )
    reserved_again = await balances(world, sku)
    kept = await allocated(world, source)
    await world.run(lambda work: operations.ship_out(work, "order", source, kept))
    await world.run(
        lambda work: operations.bring_back(work, "order", source, lots, reserve_again=False)
    )

    assert shipped == {warehouse: (4, 0)}
    assert reserved_again == {warehouse: (10, 6)}
    assert kept == lots
    assert await balances(world, sku) == {warehouse: (10, 0)}
    await assert_books_agree(world)


@pytest.mark.parametrize("lines", [1, 40])
async def test_statements_do_not_grow_with_lines(world, shop, statements, lines):
    skus = [await world.sku(shop) for _ in range(lines)]
    goods = [(sku, 9, code, None) for sku in skus for code in ("A", "B")]
    wanted = [(new_id(), sku, 12) for sku in skus]
    source = new_id()
    frame = 2  # begin, commit

    with statements.counting() as first_receipt:
        await receive(world, shop, *goods)
    with statements.counting() as receipt:
        await receive(world, shop, *goods)
    with statements.counting() as reservation:
        await reserve(world, shop, source, *wanted)
    lots = await allocated(world, source)
    with statements.counting() as shipment:
        await world.run(lambda work: operations.ship_out(work, "order", source, lots))
    with statements.counting() as comeback:
        await world.run(
            lambda work: operations.bring_back(work, "order", source, lots, reserve_again=True)
        )
    with statements.counting() as release:
        await world.run(lambda work: operations.release(work, source))

    sent = [first_receipt, receipt, reservation, shipment, comeback, release]
    # The event of a receipt is one more statement.
    assert [len(found) - frame for found in sent] == [7, 6, 7, 7, 5, 7]
    await assert_books_agree(world)


async def test_fifty_who_want_the_last_pieces_get_exactly_those(world, shop, sku):
    warehouse = await receive(world, shop, (sku, 12, "A", None), (sku, 11, "B", None))
    wanted = [(new_id(), new_id()) for _ in range(50)]

    answers = await asyncio.gather(
        *(reserve(world, shop, source, (line, sku, 1)) for source, line in wanted)
    )

    assert sorted(sum(answer.values()) for answer in answers) == [0] * 27 + [1] * 23
    assert await balances(world, sku) == {warehouse: (23, 23)}
    await assert_books_agree(world)


async def test_orders_of_the_same_skus_in_any_order_do_not_block_each_other(world, shop):
    skus = [await world.sku(shop) for _ in range(4)]
    for name in ("North", "South"):
        warehouse = await world.warehouse(shop, name)
        await receive(world, shop, *((sku, 50, "L", None) for sku in skus), warehouse=warehouse)
    orders = [
        [(new_id(), sku, 7) for sku in (skus if turn % 2 else reversed(skus))] for turn in range(20)
    ]

    answers = await asyncio.gather(
        *(reserve(world, shop, new_id(), *order) for order in orders),
        *(receive(world, shop, *((sku, 1, f"{n}", None) for sku in skus)) for n in range(5)),
    )

    covered = sum(sum(answer.values()) for answer in answers if isinstance(answer, dict))
    assert covered >= 4 * 100
    assert covered == sum(
        [reserved for sku in skus for _, reserved in (await balances(world, sku)).values()]
    )
    await assert_books_agree(world)


async def test_two_first_receipts_at_once_make_one_warehouse(world, shop, sku):
    made = await asyncio.gather(*(receive(world, shop, (sku, 1, "L", None)) for _ in range(4)))

    assert len(set(made)) == 1
    assert await balances(world, sku) == {made[0]: (4, 0)}
    await assert_books_agree(world)


async def test_books_that_disagree_are_named(world, shop, sku):
    await receive(world, shop, (sku, 5, "L", None), now=NOON_IN_SHANGHAI - timedelta(days=1))

    async def cook(work):
        await operations.reserving.change_balances(
            work, [LotQuantity(sku, *(await _place(work)), Decimal(1))], reserved=1, on_hand=1
        )

    async def _place(work):
        (row,) = await operations.free_lots(work, shop, [sku])
        return row.warehouse_id, row.sku_id, row.lot_id

    await world.run(cook)
    broken = await world.run(operations.broken_invariants)

    assert [sentence.partition(" against")[0] for sentence in broken] == [
        "allocated of a lot is not the sum of its allocations: 1.000000",
        "on hand of a SKU is not the sum of its moves: 6.000000",
        "on hand of a lot is not the sum of its moves: 6.000000",
        "reserved is not the sum of open reservations: 1.000000",
    ]
