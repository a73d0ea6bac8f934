"""A carrier's software is asked after the commit, again and again, and nothing is doubled."""

import base64
import hmac
from hashlib import sha256

import pytest
from sqlalchemy import select

from app.books import check
from app.db.outbox import OutboxEvent
from tests.support.branches import key
from tests.support.carrying import bodies, create, prepared, ship, takes
from tests.support.network import actions
from tests.support.receiver import answer

SLOW = {"code": "SLOW", "name": "By road", "days": 3}


async def booked(cast, order, carrier, **more):
    given = {"idempotencyKey": "book", "orderId": order, "carrierId": carrier["id"]} | more
    return await ship(cast["keeper"], "bookCarrier", **given)


async def shipment(person, found):
    document = """query($id: ID!) { node(id: $id) { ... on Shipment {
        carrier trackingNumber trackingUrl expectedAt
        booking { status tries problem reference nextTryAt } } } }"""
    return (await person.ask(document, id=found["id"])).data["node"]


async def told(world, kind):
    found = await world.run(lambda work: _events(work, kind))
    return [event.data for event in found]


async def _events(work, kind):
    return list(await work.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == kind)))


def is_signed(received, secret):
    secret_key = base64.b64decode(secret.removeprefix("whsec_"))
    headers = received.headers
    parts = (headers["webhook-id"], headers["webhook-timestamp"], received.body.decode())
    made = hmac.new(secret_key, ".".join(parts).encode(), sha256).digest()
    return headers["webhook-signature"] == f"v1,{base64.b64encode(made).decode()}"


async def test_a_carrier_is_asked_after_the_commit_and_its_answer_shows(
    chain, cast, receiver, dispatch
):
    where = "https://track.example.com/{trackingNumber}"
    made = await create(
        cast["keeper"], url=receiver.url, trackingAddress=where, services=[SLOW], name="Swift"
    )
    order = await prepared(chain, cast["keeper"], cast["buyer"])
    planned = await booked(cast, order, made["carrier"], service="SLOW")
    receiver.answers = [takes(expectedAt="2099-01-02T03:04:05Z")]
    await dispatch.ask()

    found = await shipment(cast["keeper"], planned)
    (message,) = bodies(receiver)

    assert (planned["carrier"], planned["booking"]["status"]) == ("Swift", "PENDING")
    assert planned["expectedAt"] is not None  # In three days, until the carrier knows better.
    assert found["booking"] | {"nextTryAt": None} == {
        "status": "BOOKED",
        "tries": 0,
        "problem": "",
        "reference": "REF-1",
        "nextTryAt": None,
    }
    assert found["trackingUrl"] == "https://track.example.com/TN%201"
    assert found["expectedAt"].startswith("2099-01-02")
    assert is_signed(receiver.received[0], made["secrets"]["requests"])
    assert (message["type"], message["service"], message["pieces"]) == ("BOOK", "SLOW", "48")
    assert message["goods"][0]["name"] == "Riverside Tea 500 ml"
    assert (await shipment(cast["buyer"], planned))["booking"] is None
    assert await chain.world.run(check) == []


async def test_a_carrier_that_never_answers_is_given_up_and_people_are_told(
    chain, cast, receiver, dispatch
):
    world, keeper = chain.world, cast["keeper"]
    made = await create(keeper, url=receiver.url)
    other = await create(keeper, url=f"{receiver.url}&other=1")
    order = await prepared(chain, keeper, cast["buyer"])
    planned = await booked(cast, order, made["carrier"])
    receiver.answers = [answer(503)] * 4 + [answer(200, b"yes"), answer(404), takes("REF-2")]
    await dispatch.ask()
    waiting = (await shipment(keeper, planned))["booking"]
    for hours in (0.1, 0.5, 1, 1):
        await dispatch.later(hours=hours)
    await dispatch.later(hours=2)
    given_up = (await shipment(keeper, planned))["booking"]
    rebook = {"idempotencyKey": "again", "shipmentId": planned["id"]}
    rebooked = await ship(keeper, "rebookCarrier", **rebook, carrierId=other["carrier"]["id"])
    await dispatch.ask()

    assert (waiting["status"], waiting["tries"]) == ("PENDING", 1)
    assert waiting["problem"] == "it answered with status 503"
    assert given_up["status"] == "GIVEN_UP"
    ids = {each.headers["idempotency-key"] for each in receiver.received[:5]}
    assert len(ids) == 1  # Whatever it has heard of that, it is one and the same booking.
    (news,) = await told(world, "carrier_not_booked")
    assert str(keeper.membership_id) in news["recipients"]
    assert str(cast["rep"].membership_id) in news["recipients"]
    # The first is told to take it no more, and the other is asked.
    assert [each["type"] for each in bodies(receiver)[5:]] == ["CANCEL", "BOOK"]
    assert rebooked["booking"]["status"] == "PENDING"
    assert (await shipment(keeper, planned))["booking"]["reference"] == "REF-2"
    assert "REBOOK_CARRIER" in await actions(world, key(planned["id"]))
    assert await world.run(check) == []


async def test_a_no_is_final_and_asking_the_same_carrier_anew_has_the_same_key(
    chain, cast, receiver, dispatch
):
    keeper = cast["keeper"]
    made = (await create(keeper, url=receiver.url))["carrier"]
    order = await prepared(chain, keeper, cast["buyer"])
    planned = await booked(cast, order, made)
    receiver.answers = [answer(422, b'{"reason": "no lorry"}'), takes()]
    await dispatch.ask()
    refused = (await shipment(keeper, planned))["booking"]
    again = {"idempotencyKey": "r", "shipmentId": planned["id"], "carrierId": made["id"]}
    twice = [await ship(keeper, "rebookCarrier", **again) for _ in range(2)]
    await dispatch.ask()

    assert (refused["status"], refused["problem"]) == ("REFUSED", "no lorry")
    assert [each["booking"]["status"] for each in twice] == ["PENDING"] * 2
    assert len(receiver.received) == 2
    assert len({each.headers["idempotency-key"] for each in receiver.received}) == 1
    assert (await shipment(keeper, planned))["booking"]["status"] == "BOOKED"


async def test_carriers_are_kept_by_who_may_and_refused_where_they_make_no_sense(chain, cast):
    keeper, rep = cast["keeper"], cast["rep"]
    made = (await create(keeper, name="Swift", services=[SLOW]))["carrier"]
    order = await prepared(chain, keeper, cast["buyer"])
    change = """mutation($input: ChangeCarrierInput!) { changeCarrier(input: $input) {
        ... on Carrier { isActive adapter } ... on Refusal { code } } }"""
    taken = await create(keeper, name="Swift")
    inside = await create(keeper, url="https://10.0.0.1/")
    unknown = await booked(cast, order, made, service="FAST")
    by_hand = await booked(cast, order, made, service="SLOW")
    off = {"carrierId": made["id"], "name": "Swift", "isActive": False}
    switched = (await keeper.ask(change, input=off)).data["changeCarrier"]
    again = {"idempotencyKey": "r", "shipmentId": by_hand["id"], "carrierId": made["id"]}
    closed = await ship(keeper, "rebookCarrier", **again)
    by_rep = await rep.ask(change, input=off)

    assert (taken["code"], inside["code"]) == ("CARRIER_NAME_TAKEN", "CARRIER_ADDRESS_REFUSED")
    assert (unknown["code"], unknown["field"]) == ("UNKNOWN_SERVICE", "service")
    assert by_hand["booking"]["status"] == "BOOKED"  # People have asked it.
    assert switched == {"isActive": False, "adapter": "MANUAL"}
    assert closed["code"] == "CARRIER_NOT_ACTIVE"
    assert by_rep.error_codes == ["FORBIDDEN"]
    names = "{ carriers { name latestReports { status } validSecrets { createdAt } } }"
    (seen,) = (await rep.ask(names)).data["carriers"]
    assert (seen["name"], seen["validSecrets"]) == ("Swift", None)


@pytest.mark.parametrize(
    "given",
    [
        {"trackingAddress": "https://track.example.com/{other}"},
        {"trackingAddress": "ftp://x/{trackingNumber}"},
        {"services": [SLOW, SLOW]},
        {"services": [{"code": "", "name": "x"}]},
        {"name": " "},
    ],
)
async def test_what_makes_no_sense_is_said_so(world, given):
    seller = await world.member(await world.organisation("Seller"), "LOGISTICS")
    given = {"idempotencyKey": "c", "name": "N"} | given
    document = """mutation($input: CreateCarrierInput!) { createCarrier(input: $input) {
        __typename } }"""

    assert (await seller.ask(document, input=given)).error_codes == ["INVALID"]
