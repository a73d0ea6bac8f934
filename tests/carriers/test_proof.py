"""Hand-overs and deliveries leave signed records; the buyer's code is the buyer's alone."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.carriers.rules.signing import CarrierKeys
from app.db.outbox import OutboxEvent
from app.fulfilment.models import Shipment
from tests.support.carrying import handed_over, prepared, ship
from tests.support.chain import mutate, send
from tests.support.files import PDF, PNG, key_in, uploaded
from workers.notifications import PeopleListener

FILE = "{ fileName mediaType downloadUrl }"
RECORDS = f"""query($id: ID!) {{ node(id: $id) {{ ... on Shipment {{ status
    handOver {{ at to recordedBy signature {FILE} }}
    proof {{ at signedBy recordedBy codeConfirmedAt signature {FILE} photo {FILE} }}
    rating {{ stars words }} }} }} }}"""
SIGN = """mutation($input: SignDeliveryInput!) { signDelivery(input: $input) {
    ... on Shipment { status } ... on Refusal { code } } }"""
MINE = """{ myNotifications(first: 20, unreadOnly: false) {
    edges { node { kind text } } } }"""


@pytest.fixture
async def driver(chain):
    """One of the seller's people who may hand over and sign."""
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Driver Zhao")


@pytest.fixture
async def planned(chain, cast):
    """A packed order, and its shipment that has not left."""
    order = await prepared(chain, cast["keeper"], cast["buyer"])
    given = {"idempotencyKey": "b", "orderId": order, "carrier": "Swift"}
    return order, (await ship(cast["keeper"], "bookCarrier", **given))["id"]


async def tell(world, keys):
    """Let people be told of what has left, as the worker does."""

    async def leaving(work):
        shipped = select(OutboxEvent).where(OutboxEvent.kind == "order_shipped")
        for event in list(await work.session.scalars(shipped)):
            assert "code" not in event.data
            await PeopleListener(keys).tell(work, event)

    await world.run(leaving)


async def texts(person):
    found = (await person.ask(MINE)).data["myNotifications"]["edges"]
    return [edge["node"]["text"] for edge in found]


async def records(person, shipment):
    return (await person.ask(RECORDS, id=shipment)).data["node"]


async def test_both_sides_read_what_was_signed_and_nobody_else(chain, cast, driver, planned):
    world, (order, shipment) = chain.world, planned
    above = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    leaving = await uploaded(cast["keeper"], "SIGNATURE", PNG, "driver.png")
    wrong = await uploaded(driver, "DELIVERY_PROOF", PDF, "paper.pdf")
    signed = await uploaded(driver, "SIGNATURE", PNG, "li-na.png")

    given = {"shipmentId": shipment, "handedOverTo": "Wang", "signatureFileId": leaving}
    await ship(cast["keeper"], "handOver", **given)
    given = {"shipmentId": shipment, "signedBy": "Li Na", "photoFileId": wrong}
    refused = [
        await driver.ask(SIGN, input=given | {"signatureFileId": each}) for each in (wrong, leaving)
    ]
    await ship(driver, "signDelivery", **given, signatureFileId=signed)
    rating = {"stars": 4, "words": "Came early"}
    receipt = {"orderId": order, "rating": rating}
    wild = receipt | {"rating": {"stars": 6}}
    unrated = [
        await send(person, "confirmReceipt", "ConfirmReceiptInput", given)
        for person, given in ((driver, receipt), (cast["buyer"], wild))
    ]
    await mutate(cast["buyer"], "confirmReceipt", "ConfirmReceiptInput", receipt)

    told = [answer.body["errors"][0]["extensions"] for answer in refused]
    assert told == [{"code": "NOT_FOUND", "field": "signatureFileId"}] * 2
    fields = [answer.body["errors"][0]["extensions"]["field"] for answer in unrated]
    assert fields == ["rating", "rating.stars"]
    seen = await records(cast["buyer"], shipment)
    ours = await records(cast["rep"], shipment)
    assert seen["rating"] == ours["rating"] == rating
    assert (seen["handOver"]["to"], seen["handOver"]["recordedBy"]) == ("Wang", "Wu")
    assert (seen["proof"]["signedBy"], seen["proof"]["recordedBy"]) == ("Li Na", "Driver Zhao")
    assert seen["proof"]["codeConfirmedAt"] is None
    files = [seen["handOver"]["signature"], seen["proof"]["signature"], seen["proof"]["photo"]]
    assert [each["fileName"] for each in files] == ["driver.png", "li-na.png", "paper.pdf"]
    got = [(await world.http.get(each["downloadUrl"])).content for each in files]
    assert got == [PNG, PNG, PDF]
    onlooker = await records(above, shipment)
    assert onlooker is None or {onlooker[each] for each in ("handOver", "proof", "rating")} == {
        None
    }


async def test_a_code_that_only_the_buyer_is_told_proves_a_delivery(
    chain, cast, driver, planned, settings
):
    world, (_, shipment) = chain.world, planned
    await handed_over(cast["keeper"], shipment)
    await tell(world, CarrierKeys(settings.secret))
    (told,) = await texts(cast["buyer"])
    found = re.search(r"Delivery code: (\d{6});", told)
    assert found is not None, told
    code = found[1]
    for person in (cast["rep"], cast["keeper"], driver):
        assert not any(code in text for text in await texts(person))

    async def sign(said):
        given = {"shipmentId": shipment, "signedBy": "Li Na", "code": said}
        return await ship(driver, "signDelivery", **given)

    other = f"{(int(code) + 1) % 1_000_000:06d}"
    tried = [await sign(said) for said in (other, "", "\uff11", code + "0", code)]
    assert [each.get("code") for each in tried] == [
        *["WRONG_DELIVERY_CODE"] * 3,
        *["TOO_MANY_DELIVERY_CODES"] * 2,
    ]
    assert (await records(cast["buyer"], shipment))["proof"] is None
    await world.run(lambda work: _wait(work, key_in(shipment)))

    assert (await sign(code))["status"] == "SIGNED"
    proof = (await records(cast["buyer"], shipment))["proof"]
    assert proof["codeConfirmedAt"] == proof["at"]


async def _wait(work, shipment_id):
    """Let a minute pass since the last wrong code."""
    earlier = {"wrong_code_at": Shipment.wrong_code_at - timedelta(minutes=1)}
    await work.session.execute(update(Shipment).where(Shipment.id == shipment_id).values(earlier))
