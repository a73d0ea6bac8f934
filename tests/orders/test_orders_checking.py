"""The checks of orders and shipments find every kind of tampering, and nothing in honest books."""

import pytest
from sqlalchemy import text

from app.fulfilment.operations.checking import broken_invariants as broken_shipments
from app.orders.operations.checking import broken_invariants as broken_orders
from tests.support.chain import Chain, mutate, on_order
from tests.support.world import gid

NOT_RESERVED = "what is set aside of a line and has not left is not reserved"
NOT_SHORT = "what waits of a line is not the sum of its open shortages"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def order(chain):
    """Two cases ordered with thirty pieces there, so that eighteen wait; a part is on its way."""
    world = chain.world
    await chain.stock(chain.distributor, 30)
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    placed = await chain.place(buyer)
    await on_order(keeper, "allocateOrder", placed["id"])
    await on_order(keeper, "startPreparation", placed["id"], "StartPreparationInput")
    await on_order(keeper, "finishPreparation", placed["id"], "FinishPreparationInput")
    line = placed["lines"][0]["id"]
    for key, pieces in (("b1", "10"), ("b2", "5")):
        given = {"idempotencyKey": key, "orderId": placed["id"], "carrier": "SF Express"}
        given["lines"] = [{"orderLineId": line, "pieces": pieces}]
        shipment = await mutate(keeper, "bookCarrier", "BookCarrierInput", given, "Shipment")
        if key == "b1":
            leaving = {"shipmentId": shipment["id"], "handedOverTo": "Driver Wang"}
            await mutate(keeper, "handOver", "HandOverInput", leaving, "Shipment")
    return placed


@pytest.fixture(autouse=True)
def past_the_application(following):
    """Statements of the test itself need not fit a cluster."""
    yield
    following.found.clear()


async def tamper(world, statement):
    await world.run(lambda work: work.session.execute(text(statement)))


async def found(world):
    """All sentences, without the places."""
    sentences = await world.run(broken_orders) + await world.run(broken_shipments)
    return [sentence.partition(" at ")[0] for sentence in sentences]


async def test_honest_books_agree(chain, order):
    assert await found(chain.world) == []


async def test_lines_of_earlier_revisions_hold_nothing(chain):
    world = chain.world
    await chain.stock(chain.distributor, 30)
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    placed = await chain.place(buyer)
    await on_order(keeper, "allocateOrder", placed["id"])
    lines = [{"skuId": gid("Sku", chain.sku), "quantity": "1", "packagingLevel": "CASE"}]

    changed = await on_order(buyer, "changeOrder", placed["id"], "ChangeOrderInput", lines=lines)

    assert changed["revision"] == 2
    assert await found(world) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE reservation SET quantity = quantity - 1",
            f"{NOT_RESERVED}: 20.000000 against 19.000000",
        ),
        (
            "UPDATE shortage SET covered = 1",
            f"{NOT_SHORT}: 18.000000 against 17.000000",
        ),
        (
            "UPDATE orders SET net = net + 1, total = total + 1",
            "an order's net is not the sum of its lines: 127.7200 against 126.7200",
        ),
        ("UPDATE orders SET paid = 1", "paid is not the sum of payments: 1.0000 against 0"),
        (
            "UPDATE orders SET state = 'RECEIVED'",
            "the state is RECEIVED, the lines amount to PREPARED: 1 orders, such as {number}",
        ),
        (
            "UPDATE orders SET planned_shipments = 2",
            "planned shipments of an order are not counted right: 2 against 1",
        ),
        (
            "UPDATE pick_task SET planned = 16",
            "planned of a pick task is not what shipments say: 16.000000 against 15.000000",
        ),
        (
            "UPDATE pick_task SET shipped = 9",
            "shipped of a pick task is not what shipments say: 9.000000 against 10.000000",
        ),
        (
            "UPDATE order_line SET in_transit = 9, signed = 1",
            "signed of an order line is not what shipments say: 1.000000 against 0.000000",
        ),
        (
            "UPDATE order_line SET in_transit = 9, refused = 1",
            "refused of an order line is not what shipments say: 1.000000 against 0.000000",
        ),
        (
            "UPDATE order_line SET in_transit = 9, shipped = 9",
            "shipped of an order line is not what shipments say: 9.000000 against 10.000000",
        ),
    ],
)
async def test_tampering_is_found(chain, order, statement, sentence):
    await tamper(chain.world, statement)

    assert sentence.format(number=order["number"]) in await found(chain.world)


async def test_the_checks_cost_three_statements(chain, order, statements):
    with statements.counting() as sent:
        await found(chain.world)

    assert len([each for each in sent if "WITH" in each or "SELECT state" in each]) == 3
