"""What goes wrong on the way is noticed, owned, told of and brought to an end (R1-29, R3-59)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.books import check
from app.db.outbox import OutboxEvent
from app.fulfilment.operations.lateness import late_shipments
from app.kernel.ids import new_id
from app.orders.models import Order
from tests.support.branches import key
from tests.support.carrying import create, handed_over, prepared, ship
from tests.support.chain import look, mutate
from tests.support.people import give, role
from tests.support.world import gid
from workers.clock import DUTIES

WORKLIST = """query($filter: OrderExceptionFilter) { orderExceptions(filter: $filter) {
    edges { node { id kind note ownerName explanation closedAt orderId shipmentId } } } }"""
KINDS = {
    "openOrderException": "OpenOrderExceptionInput",
    "assignOrderException": "AssignOrderExceptionInput",
    "explainOrderException": "ExplainOrderExceptionInput",
}


async def worklist(person, **chosen):
    found = (await person.ask(WORKLIST, filter=chosen)).data["orderExceptions"]["edges"]
    return [edge["node"] for edge in found]


async def on_exception(person, command, **given):
    document = f"""mutation($input: {KINDS[command]}!) {{ {command}(input: $input) {{
        ... on OrderException {{ id kind ownerName explanation }}
        ... on Refusal {{ code field }} }} }}"""
    return await person.ask(document, input=given)


async def recipients(world, kind):
    statement = select(OutboxEvent).where(OutboxEvent.kind == kind).order_by(OutboxEvent.id)
    found = await world.run(lambda work: _all(work, statement))
    return [set(event.data["recipients"]) for event in found]


async def _all(work, statement):
    return list(await work.session.scalars(statement))


@pytest.fixture
async def leaving(chain, cast):
    """A shipment on its way, expected in two days, and its order."""
    order = await prepared(chain, cast["keeper"], cast["buyer"])
    soon = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    given = {"idempotencyKey": "b", "orderId": order, "carrier": "Swift", "expectedAt": soon}
    planned = await ship(cast["keeper"], "bookCarrier", **given)
    await handed_over(cast["keeper"], planned["id"])
    return planned["id"], order


async def watch(world, **ahead):
    """Let the clock look for what is late, so much later."""
    now = datetime.now(UTC) + timedelta(**ahead)
    (duty,) = [each for each in DUTIES if each.due is late_shipments]
    due = await world.run(duty.due, now)
    for shipment_id in due:
        await world.run(duty.command_for(shipment_id), now)
    return len(due)


def members(*people):
    return {str(person.membership_id) for person in people}


@pytest.fixture
async def bystanders(chain, cast):
    """People of both sides whose rights end before the order: none of them is told of it."""
    world, near = chain.world, (("ORDER_READ", "ASSIGNED"), ("SHIPMENT_WRITE", "ASSIGNED"))
    ships_for_others = await role(world, chain.distributor, "Ships for others", *near)
    reads_own = await role(world, chain.retailer, "Reads own", ("ORDER_READ", "OWN"))
    blind = await role(world, chain.distributor, "Blind", ("ORDER_READ", "TENANT", "DENY"))
    for organisation, rights in (
        (chain.distributor, [ships_for_others]),
        (chain.distributor, [ships_for_others, blind]),
        (chain.retailer, [reads_own]),
        (chain.retailer, []),
    ):
        person = await world.member(organisation)
        await give(world, person, *rights)
        if len(rights) > 1:
            await world.assign_rep(chain.downstream, person)


@pytest.mark.usefixtures("bystanders")
async def test_late_goods_are_noticed_once_for_each_promise(chain, cast, leaving):
    world, shipment = chain.world, leaving[0]
    found = [await watch(world, hours=1), await watch(world, days=3), await watch(world, days=3)]
    (late,) = await worklist(cast["service"])
    seen = [await worklist(cast["rep"]), await worklist(cast["rep"], kinds=["LOST"])]
    mine = {"exceptionId": late["id"]}
    to = {"membershipId": _gid(cast["service"])}
    await on_exception(cast["service"], "assignOrderException", **mine, **to)
    told = {"explanation": "The bridge was closed; it comes tomorrow."}
    await on_exception(cast["service"], "explainOrderException", **mine, **told)
    owned = await worklist(cast["service"], isMine=True)
    at_buyer = await cast["buyer"].ask(
        "query($id: ID!) { order(id: $id) { exceptions { kind explanation ownerName } } }",
        id=leaving[1],
    )
    signed = {"shipmentId": shipment, "signedBy": "Li Na"}
    await mutate(cast["buyer"], "signDelivery", "SignDeliveryInput", signed, "Shipment")

    assert found == [0, 1, 0]
    assert (late["kind"], late["shipmentId"]) == ("LATE", shipment)
    assert [len(each) for each in seen] == [1, 0]
    (staff,) = await recipients(world, "exception_opened")
    assert staff == members(cast["rep"], cast["service"], cast["keeper"])
    assert await recipients(world, "delivery_late") == [members(cast["buyer"])]
    assert await recipients(world, "exception_assigned") == [members(cast["service"])]
    assert await recipients(world, "exception_explained") == [members(cast["buyer"])]
    assert owned[0]["ownerName"] == "Service"
    (shown,) = at_buyer.data["order"]["exceptions"]
    assert shown == {"kind": "LATE", **told, "ownerName": None}
    # What was late and has come is nobody's worry any more.
    assert await worklist(cast["service"]) == []
    assert (await look(cast["buyer"], leaving[1]))["hasOpenException"] is False


async def test_a_promised_day_at_risk_is_noticed_before_it_is_over(chain, cast):
    world, keeper = chain.world, cast["keeper"]
    order = await prepared(chain, keeper, cast["buyer"])
    day = datetime.now(UTC).date() + timedelta(days=5)
    await world.run(lambda work: _promise(work, order, day))
    expected = f"{day + timedelta(days=3)}T00:00:00Z"
    given = {"idempotencyKey": "b", "orderId": order, "carrier": "S", "expectedAt": expected}
    planned = await ship(keeper, "bookCarrier", **given)
    await handed_over(keeper, planned["id"])

    assert [await watch(world), await watch(world)] == [1, 0]
    (risky,) = await worklist(cast["service"])
    assert f"asked for on {day}" in risky["note"]
    assert await watch(world, days=9) == 0  # The same arrival is told of once.


async def _promise(work, order, day):
    changed = update(Order).where(Order.id == key(order)).values(requested_delivery_on=day)
    await work.session.execute(changed)


async def test_lost_goods_are_owed_for_by_nobody(chain, cast, leaving):
    world, keeper = chain.world, cast["keeper"]
    shipment, order = leaving
    line = (await look(keeper, order))["lines"][0]["id"]
    document = """mutation($input: LoseGoodsInput!) { loseGoods(input: $input) {
        ... on Shipment { status lines { pieces lost signed } }
        ... on Refusal { code field } } }"""

    async def lose(person, **more):
        return await person.ask(document, input={"shipmentId": shipment, "reason": "Fire"} | more)

    by_service = await lose(cast["service"])
    some = [{"orderLineId": line, "pieces": "18"}]
    many = [{"orderLineId": line, "pieces": "49"}]
    too_many = (await lose(keeper, lines=many)).data["loseGoods"]
    part = (await lose(keeper, lines=some)).data["loseGoods"]
    half_way = await world.run(check)
    rest = (await lose(keeper)).data["loseGoods"]
    again = await lose(keeper)
    cancelled = await look(cast["buyer"], order)

    assert by_service.error_codes == ["FORBIDDEN"]
    assert (too_many["code"], too_many["field"]) == ("MORE_THAN_THERE", "lines.0.pieces")
    assert part == {
        "status": "IN_TRANSIT",
        "lines": [{"pieces": "48", "lost": "18", "signed": "0"}],
    }
    assert (rest["status"], rest["lines"][0]["lost"]) == ("LOST", "48")
    assert again.data["loseGoods"]["code"] == "NOT_POSSIBLE_NOW"
    # An order of which all was lost is cancelled, and its credit is free.
    assert (cancelled["state"], cancelled["hasOpenException"]) == ("CANCELLED", True)
    assert len(await worklist(cast["service"], kinds=["LOST"])) == 1
    assert members(cast["buyer"]) <= (await recipients(world, "goods_lost"))[0]
    assert half_way == await world.run(check) == []


async def test_what_is_left_of_lost_goods_is_signed_for_and_refusals_are_followed_up(
    chain, cast, leaving
):
    world, keeper, buyer = chain.world, cast["keeper"], cast["buyer"]
    shipment, order = leaving
    line = (await look(keeper, order))["lines"][0]["id"]
    lost = {"shipmentId": shipment, "reason": "Fell", "lines": [_line(line, "8")]}
    await mutate(keeper, "loseGoods", "LoseGoodsInput", lost, "Shipment")
    beyond = {"shipmentId": shipment, "signedBy": "Li", "reason": "Wet"}
    refused = await mutate(
        buyer,
        "signDelivery",
        "SignDeliveryInput",
        beyond | {"refused": [_line(line, "41")]},
        "Shipment",
    )
    signed = beyond | {"refused": [_line(line, "10")]}
    await mutate(buyer, "signDelivery", "SignDeliveryInput", signed, "Shipment")
    open_kinds = {each["kind"] for each in await worklist(cast["service"])}
    back = {"shipmentId": shipment, "deliverAgain": False}
    await mutate(keeper, "returnToWarehouse", "ReturnToWarehouseInput", back, "Shipment")
    quantities = (await look(buyer, order))["lines"][0]["quantities"]

    assert refused["code"] == "MORE_THAN_THERE"
    assert open_kinds == {"LOST", "REFUSED"}
    assert [each["kind"] for each in await worklist(cast["service"])] == ["LOST"]
    assert (quantities["signed"], quantities["refused"]) == ("30", "0")
    assert await world.run(check) == []


async def test_exceptions_are_opened_by_hand_by_who_may(chain, cast, leaving):
    shipment, order = leaving
    given = {"orderId": order, "kind": "ACCIDENT", "note": "Lorry in a ditch"}
    opened = [
        await on_exception(
            cast["rep"], "openOrderException", idempotencyKey="e", **given, shipmentId=shipment
        )
        for _ in range(2)
    ]
    other = await create(cast["keeper"])
    wrong = [
        await on_exception(person, "openOrderException", idempotencyKey=new_id().hex, **said)
        for person, said in (
            (cast["buyer"], given),
            (cast["rep"], given | {"kind": "CANCEL_REQUESTED"}),
            (cast["rep"], given | {"note": " "}),
            (cast["rep"], given | {"shipmentId": other["carrier"]["id"]}),
        )
    ]
    await mutate(
        cast["keeper"],
        "reportTracking",
        "ReportTrackingInput",
        {"shipmentId": shipment, "status": "DELAYED", "note": "Snow"},
        "Shipment",
    )

    assert len({each.data["openOrderException"]["id"] for each in opened}) == 1
    assert [each.error_codes for each in wrong] == [
        ["FORBIDDEN"],
        ["INVALID"],
        ["INVALID"],
        ["NOT_FOUND"],
    ]
    assert [each["kind"] for each in await worklist(cast["service"], isUnowned=True)] == [
        "ACCIDENT",
        "LATE",
    ]


def _line(line, pieces):
    return {"orderLineId": line, "pieces": pieces}


def _gid(person):
    return gid("Membership", person.membership_id)
