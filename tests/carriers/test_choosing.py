"""Carriers are chosen by rule, hold to what was agreed, and are held against it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from app.fulfilment.models import Shipment
from app.kernel.ids import new_id
from tests.support.carrying import create, handed_over, prepared, ship
from tests.support.chain import mutate
from tests.support.files import key_in

CHOICE = """query($id: ID!) { order(id: $id) {
    carrierChoice { carrier priority service fits reason }
    shipments { carrier carrierReason } } }"""
RECKONED = """query($since: Date!, $until: Date!) { carriers { name
    agreements { since until currency claimDays claimTerms
      promises { region days perShipment perKilogram } }
    performance(since: $since, until: $until) { shipments arrived onTime late unpromised lost
      damaged refused ratings poorRatings averageRating prices { currency amount } } } }"""
TODAY = datetime.now(UTC).date()
SINCE, UNTIL = (TODAY - timedelta(days=20)).isoformat(), (TODAY + timedelta(days=2)).isoformat()


def terms(**more):
    """An agreement of the last year and on, in which a day's way is promised to everywhere."""
    since = (TODAY - timedelta(days=365)).isoformat()
    return {"since": since, "currency": "CNY", "promises": [{"days": 1}]} | more


async def choice(person, order):
    return (await person.ask(CHOICE, id=order)).data["order"]


async def book(person, order, **more):
    return await ship(person, "bookCarrier", idempotencyKey=new_id().hex, orderId=order, **more)


async def test_rules_choose_a_carrier_and_another_one_needs_a_reason(chain, cast):
    keeper, buyer = cast["keeper"], cast["buyer"]
    far = {"priority": 1, "region": "West"}
    big = {"priority": 2, "currency": "CNY", "leastTotal": "150.00"}
    slow = await create(keeper, name="Slow", rules=[far, big, {"priority": 9}])
    services = [{"code": "FAST", "name": "Fast", "days": 1}]
    mine = {"priority": 3, "mostPieces": "48", "channel": "WEBSITE", "service": "FAST"}
    swift = await create(keeper, name="Swift", services=services, rules=[mine])
    ids = [each["carrier"]["id"] for each in (slow, swift)]
    orders = [await prepared(chain, keeper, buyer) for _ in range(2)]

    before = await choice(keeper, orders[0])
    theirs = await choice(buyer, orders[0])
    by_rule = await book(keeper, orders[0])
    refused = [
        await book(keeper, orders[1], carrierId=ids[0]),
        await ship(
            keeper,
            "rebookCarrier",
            idempotencyKey=new_id().hex,
            shipmentId=by_rule["id"],
            carrierId=ids[0],
        ),
    ]
    by_hand = await book(keeper, orders[1], carrierId=ids[0], reason="Swift is full today")
    after = [await choice(keeper, each) for each in orders]

    fits = [(each["carrier"], each["fits"]) for each in before["carrierChoice"]]
    assert fits == [("Slow", False), ("Slow", False), ("Swift", True), ("Slow", True)]
    assert [each["reason"] for each in before["carrierChoice"]][:3] == [
        "It is for West, and the order goes to no region.",
        "It is from 150.00 on, and the order is 143.1900.",
        "Rule 3 is for orders by WEBSITE, of at most 48 pieces.",
    ]
    assert theirs["carrierChoice"] == []
    assert (by_rule["carrier"], by_rule["booking"]["service"]) == ("Swift", "FAST")
    assert [each["code"] for each in refused] == ["CARRIER_REASON_NEEDED"] * 2
    assert by_hand["carrier"] == "Slow"
    kept = [each["shipments"][0]["carrierReason"] for each in after]
    assert kept == ["Rule 3 is for orders by WEBSITE, of at most 48 pieces.", "Swift is full today"]
    assert (await choice(buyer, orders[0]))["shipments"][0]["carrierReason"] is None


SENSELESS = (
    ({"rules": [{"priority": 0}]}, "rules.0.priority"),
    ({"rules": [{"priority": 1, "service": "FAST"}]}, "rules.0.service"),
    ({"rules": [{"priority": 1, "leastTotal": "5"}]}, "rules.0.currency"),
    ({"agreements": [terms(until="2020-01-01")]}, "agreements.0.until"),
    ({"agreements": [terms(), terms(since="2026-10-01")]}, "agreements.1.since"),
    ({"agreements": [terms(promises=[])]}, "agreements.0.promises"),
    ({"agreements": [terms(promises=[{"days": 1}, {"days": 2}])]}, "agreements.0.promises"),
    (
        {"agreements": [terms(promises=[{"days": 1, "perShipment": "-1"}])]},
        "agreements.0.promises.0.perShipment",
    ),
)


async def test_rules_and_agreements_without_sense_are_refused(world):
    keeper = await world.member(await world.organisation("East Distribution"), "LOGISTICS")
    document = """mutation($input: CreateCarrierInput!) { createCarrier(input: $input) {
        __typename } }"""

    for given, field in SENSELESS:
        wanted = {"idempotencyKey": new_id().hex, "name": "Odd"} | given
        answer = await keeper.ask(document, input=wanted)
        assert answer.body["errors"][0]["extensions"]["field"] == field, given


async def test_carriers_are_held_against_their_agreements(chain, cast, statements):
    world, keeper, buyer = chain.world, cast["keeper"], cast["buyer"]
    agreed = terms(
        claimDays=7,
        claimTerms="At the price of the goods",
        promises=[
            {"days": 5, "region": "West", "perShipment": "90"},
            {"days": 1, "perShipment": "12.50", "perKilogram": "0.30"},
        ],
    )
    swift = (await create(keeper, name="Swift", agreements=[agreed]))["carrier"]["id"]
    await create(keeper, name="Idle")

    async def carried(days_ago, *, stars=None, lost=False, arrives=True):
        order = await prepared(chain, keeper, buyer, "1")
        shipment = (await book(keeper, order, carrierId=swift))["id"]
        await handed_over(keeper, shipment)
        left = datetime.now(UTC) - timedelta(days=days_ago)
        moved = update(Shipment).where(Shipment.id == key_in(shipment))
        await world.run(lambda work: work.session.execute(moved.values(handed_over_at=left)))
        if lost:
            given = {"shipmentId": shipment, "reason": "Burnt"}
            await mutate(keeper, "loseGoods", "LoseGoodsInput", given, "Shipment")
        elif arrives:
            await ship(buyer, "signDelivery", shipmentId=shipment, signedBy="Li Na")
            rating = stars and {"stars": stars, "words": "So it was"}
            await mutate(
                buyer, "confirmReceipt", "ConfirmReceiptInput", {"orderId": order, "rating": rating}
            )

    async def reckon(person):
        answer = await person.ask(RECKONED, since=SINCE, until=UNTIL)
        return {each["name"]: each for each in answer.data["carriers"]}

    await carried(1, stars=5)
    with statements.counting() as few:
        await reckon(keeper)
    await carried(4, stars=2)
    await carried(4, arrives=False)
    await carried(0, lost=True)
    await carried(30, stars=1)
    with statements.counting() as many:
        found = await reckon(keeper)

    assert len(few) == len(many)
    assert found["Swift"]["performance"] == {
        "shipments": 4,
        "arrived": 2,
        "onTime": 1,
        "late": 2,
        "unpromised": 0,
        "lost": 1,
        "damaged": 0,
        "refused": 0,
        "ratings": 2,
        "poorRatings": 1,
        "averageRating": "3.50",
        "prices": [{"currency": "CNY", "amount": "50"}],
    }
    assert found["Idle"]["performance"]["shipments"] == 0
    (kept,) = found["Swift"]["agreements"]
    assert (kept["claimDays"], kept["claimTerms"]) == (7, "At the price of the goods")
    assert kept["promises"][1] == {
        "region": None,
        "days": 1,
        "perShipment": "12.50",
        "perKilogram": "0.30",
    }
    rep = (await reckon(cast["rep"]))["Swift"]
    assert (rep["agreements"], rep["performance"]) == (None, None)
