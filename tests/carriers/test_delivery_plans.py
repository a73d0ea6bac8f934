"""A seller plans a day's own delivery: stops in order, one departure, what came of it (R1-60)."""

import asyncio
from itertools import groupby

import pytest

from app.books import check
from app.kernel.ids import new_id
from tests.support.chain import Chain, look, mutate, on_order
from tests.support.world import gid

MONDAY = "2026-11-30"
SHOWN = """id status day vehicle driverId driverName cancelReason warehouse { name }
    stops { position outcome address { label } windows { opensAt closesAt }
        shipment { id } order { number } }"""
REFUSAL = "... on Refusal { code message field }"
COMMANDS = {
    name: f"""mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{
        __typename ... on DeliveryPlan {{ {SHOWN} }} {REFUSAL} }} }}"""
    for name in ("planDelivery", "departDeliveryPlan", "cancelDeliveryPlan")
}
LIST = """query($day: Date, $house: ID) { deliveryPlans(day: $day, warehouseId: $house) {
    edges { node { id stops { outcome } } } } }"""
ADD = """mutation($input: AddDeliveryAddressInput!) { addDeliveryAddress(input: $input) {
    ... on DeliveryAddress { id } } }"""
HOLD = "mutation($input: HoldOrderInput!) { holdOrder(input: $input) { __typename } }"
NODE = "query($id: ID!) { node(id: $id) { ... on DeliveryPlan { vehicle } } }"


class Yard:
    """The distributor's warehouse, its people, and a retailer with places to deliver to."""

    def __init__(self, chain):
        self.chain = chain

    async def arrange(self):
        chain, world = self.chain, self.chain.world
        self.house = gid("Warehouse", await chain.stock(chain.distributor, 480))
        self.keeper = await world.member(chain.distributor, "WAREHOUSE", name="Wu")
        self.driver = await world.member(chain.distributor, "SERVICE", name="Wang")
        self.admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
        self.buyer = await world.member(chain.retailer, "BUYER", "ENTERPRISE_ADMIN")
        self.driver_id = gid("Membership", self.driver.membership_id)
        return self

    async def address(self, label, *windows):
        hours = [
            {"weekday": day, "opensAt": opens, "closesAt": closes} for day, opens, closes in windows
        ]
        place = {"label": label, "street": "1 Quay", "city": "Wuhan", "timeZone": "Asia/Shanghai"}
        answer = await self.buyer.ask(ADD, input={"address": {**place, "windows": hours}})
        return answer.data["addDeliveryAddress"]["id"]

    async def shipment(self, address=None, **more):
        """A booked shipment of a new order, and the order."""
        more |= {"deliveryAddressId": address} if address else {}
        order = await self.chain.place(self.buyer, "1", seen="71.60", **more)
        for name, kind in (
            ("allocateOrder", "OrderInput"),
            ("startPreparation", "StartPreparationInput"),
            ("finishPreparation", "FinishPreparationInput"),
        ):
            order = await on_order(self.keeper, name, order["id"], kind)
        given = {"idempotencyKey": new_id().hex, "orderId": order["id"], "carrier": "Own van"}
        booked = await mutate(self.keeper, "bookCarrier", "BookCarrierInput", given, "Shipment")
        return booked["id"], order

    async def plan(self, *shipments, **more):
        given = {
            "idempotencyKey": new_id().hex,
            "warehouseId": self.house,
            "day": MONDAY,
            "vehicle": "Van 1",
            "driverId": self.driver_id,
            "shipmentIds": shipments,
        }
        return await self.give("planDelivery", given | more)

    async def give(self, name, given):
        answer = await self.keeper.ask(COMMANDS[name], input=given)
        if answer.error_codes:
            (wrong,) = answer.body["errors"]
            return wrong["extensions"]
        return answer.data[name]

    async def status(self, order):
        seen = await self.buyer.ask(
            "query($id: ID!) { order(id: $id) { shipments { status } } }", id=order["id"]
        )
        return seen.data["order"]["shipments"][0]["status"]


@pytest.fixture
async def yard(world):
    yard = await Yard(await Chain.create(world)).arrange()
    yield yard
    assert await world.run(check) == []


def stops(plan):
    return [stop["shipment"]["id"] for stop in plan["stops"]]


async def seen_by(person, **given):
    found = (await person.ask(LIST, **given)).data["deliveryPlans"]["edges"]
    return [edge["node"]["id"] for edge in found]


async def test_a_plan_departs_as_a_whole_and_its_stops_say_what_came_of_them(yard, statements):
    dock = await yard.address("Dock", ("MONDAY", "08:00", "12:00"), ("TUESDAY", "06:00", "07:00"))
    gate = await yard.address("Gate", ("MONDAY", "07:00", "09:00"), ("MONDAY", "13:00", "15:00"))
    (a, of_a), (b, _), (c, _), (d, of_d) = [
        await yard.shipment(address) for address in (dock, gate, None, dock)
    ]
    counts = {}
    with statements.counting() as counts["plan of one"]:
        alone = await yard.plan(b, vehicle="Van 2", driverId=yard.driver_id)
    cancelled = await yard.give("cancelDeliveryPlan", {"planId": alone["id"], "reason": "Ice"})
    with statements.counting() as counts["plan of four"]:
        first = await yard.plan(a, b, c, d, idempotencyKey="Monday")
    again = await yard.plan(a, b, c, d, idempotencyKey="Monday")
    taken = await yard.plan(d, vehicle="Van 2")
    changed = await yard.plan(a, c, d, keepsOrder=True, planId=first["id"])
    me = gid("Membership", yard.keeper.membership_id)
    second = await yard.plan(b, vehicle="Van 2", driverId=me)
    seen = {
        "keeper": await seen_by(yard.keeper, day=MONDAY, house=yard.house),
        "driver": await seen_by(yard.driver),
        "buyer": await seen_by(yard.buyer),
        "another day": await seen_by(yard.keeper, day="2026-12-01"),
    }
    by_buyer = await yard.buyer.ask(NODE, id=first["id"])
    with statements.counting() as counts["departure of one"]:
        await yard.give("departDeliveryPlan", {"planId": second["id"]})
    with statements.counting() as counts["departure of three"]:
        departed = await yard.give("departDeliveryPlan", {"planId": first["id"]})
    signature = {"shipmentId": a, "signedBy": "Li Na"}
    await mutate(yard.buyer, "signDelivery", "SignDeliveryInput", signature, "Shipment")
    refusal = {"shipmentId": d, "signedBy": "Li Na", "refusesAll": True, "reason": "Wet"}
    await mutate(yard.buyer, "signDelivery", "SignDeliveryInput", refusal, "Shipment")
    late = [
        await yard.give("departDeliveryPlan", {"planId": first["id"]}),
        await yard.give("cancelDeliveryPlan", {"planId": first["id"], "reason": "Ice"}),
        await yard.plan(c, planId=first["id"]),
    ]
    with statements.counting() as counts["list"]:
        ended = (await yard.keeper.ask(LIST)).data["deliveryPlans"]["edges"]

    assert (cancelled["status"], cancelled["cancelReason"]) == ("CANCELLED", "Ice")
    # The gate closes first, then the dock, twice; who has no hours comes last.
    assert (stops(first), again) == ([b, a, d, c], first)
    assert [stop["position"] for stop in first["stops"]] == [1, 2, 3, 4]
    assert first["stops"][0]["windows"] == [
        {"opensAt": "07:00", "closesAt": "09:00"},
        {"opensAt": "13:00", "closesAt": "15:00"},
    ]
    assert [stop["address"] and stop["address"]["label"] for stop in first["stops"]] == [
        "Gate",
        "Dock",
        "Dock",
        None,
    ]
    assert (first["driverName"], first["driverId"], first["warehouse"]) == (
        "Wang",
        yard.driver_id,
        {"name": "Main"},
    )
    assert (taken["code"], taken["field"], taken["message"]) == (
        "SHIPMENT_ALREADY_PLANNED",
        "shipmentIds.0",
        f"Shipment 1 of order {of_d['number']} stands in the plan of {MONDAY} for Van 1.",
    )
    # In the order given, those for one address together.
    assert (changed["id"], stops(changed)) == (first["id"], [a, d, c])
    assert seen == {
        "keeper": [second["id"], first["id"], alone["id"]],
        "driver": [first["id"], alone["id"]],
        "buyer": [],
        "another day": [],
    }
    assert by_buyer.data["node"] is None
    assert departed["status"] == "DEPARTED"
    assert {stop["outcome"] for stop in departed["stops"]} == {"ON_THE_WAY"}
    assert [each["code"] for each in late] == ["PLAN_NOT_OPEN"] * 3
    assert late[0]["message"] == f"The plan of {MONDAY} for Van 1 is DEPARTED."
    assert [stop["outcome"] for stop in ended[1]["node"]["stops"]] == [
        "DELIVERED",
        "REFUSED",
        "ON_THE_WAY",
    ]
    assert (await look(yard.buyer, of_a["id"]))["state"] == "SIGNED"
    sent = {name: len(list(groupby(each))) for name, each in counts.items()}
    # Each stop is handed over by itself, in 20 statements; the rest does not grow with the stops.
    assert sent == {
        "plan of one": 21,
        "plan of four": 21,
        "departure of one": 37,
        "departure of three": 37 + 2 * 20,
        "list": 5,
    }


async def test_what_cannot_go_is_refused_and_moves_nothing(yard):
    shut = await yard.address("Shut", ("TUESDAY", "08:00", "12:00"))
    (a, of_a), (b, of_b), (tuesday, _) = [
        await yard.shipment(address) for address in (None, None, shut)
    ]
    picked_up, _ = await yard.shipment(deliveryMode="PICKUP")
    gone, _ = await yard.shipment()
    given = {"shipmentId": gone, "handedOverTo": "Wang"}
    await mutate(yard.keeper, "handOver", "HandOverInput", given, "Shipment")
    annex = gid("Warehouse", await yard.chain.world.warehouse(yard.chain.distributor, "Annex"))
    stranger = gid("Membership", yard.buyer.membership_id)

    refused = [
        await yard.plan(tuesday),
        await yard.plan(a, picked_up),
        await yard.plan(a, gone),
        await yard.plan(a, warehouseId=annex),
        await yard.plan(a, gid("Shipment", new_id())),
        await yard.plan(a, driverId=stranger),
        await yard.plan(a, warehouseId=gid("Warehouse", new_id())),
        await yard.plan(a, vehicle=" "),
        await yard.plan(a, day="0001-01-01"),
        await yard.plan(),
        await yard.plan(a, a),
        await yard.plan(*[gid("Shipment", new_id()) for _ in range(61)]),
    ]
    at_once = await asyncio.gather(*(yard.plan(a, b, vehicle=f"Van {n}") for n in range(3)))
    (made,) = [each for each in at_once if "id" in each]
    # The hold is on the later order: the first has left when it is met.
    reason = {"orderId": of_b["id"], "kind": "QUALITY", "reason": "Look first"}
    assert (await yard.admin.ask(HOLD, input=reason)).data["holdOrder"]["__typename"] != "Refusal"
    held = await yard.give("departDeliveryPlan", {"planId": made["id"]})
    statuses = [await yard.status(order) for order in (of_a, of_b)]
    alone = {"shipmentId": a, "handedOverTo": "Wang"}
    await mutate(yard.keeper, "handOver", "HandOverInput", alone, "Shipment")
    not_ready = await yard.give("departDeliveryPlan", {"planId": made["id"]})

    assert [(each["code"], each.get("field")) for each in refused] == [
        ("DELIVERY_DAY_CLOSED", "shipmentIds.0"),
        ("INVALID", "shipmentIds.1"),
        ("SHIPMENT_NOT_OPEN", "shipmentIds.1"),
        ("SHIPMENT_ELSEWHERE", "shipmentIds.0"),
        ("NOT_FOUND", "shipmentIds.1"),
        ("NOT_FOUND", "driverId"),
        ("NOT_FOUND", "warehouseId"),
        ("INVALID", "vehicle"),
        ("INVALID", "day"),
        ("INVALID", "shipmentIds"),
        ("INVALID", "shipmentIds"),
        ("INVALID", "shipmentIds"),
    ]
    assert sorted(each.get("code", "") for each in at_once) == [
        "",
        *["SHIPMENT_ALREADY_PLANNED"] * 2,
    ]
    assert (held["code"], held["field"], statuses) == (
        "NOT_POSSIBLE_NOW",
        "planId",
        ["PLANNED"] * 2,
    )
    assert (not_ready["code"], not_ready["message"]) == (
        "STOP_NOT_READY",
        f"Stop 1: shipment 1 of order {of_a['number']} is IN_TRANSIT.",
    )
