"""Carriers report where goods are: signed, once, in whatever order, and buyers are told."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from app.books import check
from app.db.outbox import OutboxEvent
from app.kernel.ids import new_id
from tests.support.branches import key
from tests.support.carrying import create, handed_over, prepared, ship, takes
from tests.support.chain import look

REPORTS = """{ carriers { latestReports { messageId status outcome shipmentId } } }"""


_HUB = {"latitude": 31.2304165001, "longitude": -121.5}


def _at(latitude):
    return {"latitude": latitude, "longitude": "1"}


class Courier:
    """A carrier's own software, with the secrets that it was given."""

    def __init__(self, world, made):
        self.http, self.carrier = world.http, made["carrier"]
        self._key = base64.b64decode(made["secrets"]["reports"].removeprefix("whsec_"))

    async def report(self, *, at=None, path=None, message=None, tampered=b"", **said):
        body = json.dumps(said).encode()
        at = str(int((at or datetime.now(UTC)).timestamp()))
        message = message or new_id().hex
        content = b".".join((message.encode(), at.encode(), body))
        made = base64.b64encode(hmac.new(self._key, content, sha256).digest()).decode()
        headers = {
            "webhook-id": message,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{made}",
        }
        path = path or self.carrier["reportPath"]
        return await self.http.post(path, content=body + tampered, headers=headers)


@pytest.fixture
async def way(chain, cast, receiver, dispatch):
    """A courier that has taken a shipment, and the shipment."""
    made = await create(cast["keeper"], url=receiver.url)
    order = await prepared(chain, cast["keeper"], cast["buyer"])
    given = {"idempotencyKey": "b", "orderId": order, "carrierId": made["carrier"]["id"]}
    planned = await ship(cast["keeper"], "bookCarrier", **given)
    receiver.answers = [takes()]
    await dispatch.ask()
    return Courier(chain.world, made), planned["id"], order


async def state(person, shipment):
    document = """query($id: ID!) { node(id: $id) { ... on Shipment {
        status expectedAt signedBy
        tracking { status place note position { latitude longitude } } } } }"""
    return (await person.ask(document, id=shipment)).data["node"]


async def news(world):
    told = select(OutboxEvent).where(OutboxEvent.kind.like("shipment_%")).order_by(OutboxEvent.id)
    return [(event.kind, event.data) for event in await world.run(lambda work: _all(work, told))]


async def _all(work, statement):
    return list(await work.session.scalars(statement))


async def outcomes(person):
    (carrier,) = (await person.ask(REPORTS)).data["carriers"]
    return [(each["status"], each["outcome"]) for each in reversed(carrier["latestReports"])]


async def test_reports_move_the_shipment_and_the_buyer_is_told(chain, cast, way):
    courier, shipment, order = way
    await handed_over(cast["keeper"], shipment)
    later = {"reference": "REF-1", "expectedAt": "2099-03-01T00:00:00Z"}
    answers = [
        await courier.report(
            status="IN_TRANSIT", place="Hub", reference="REF-1", position=_HUB, note="On time"
        ),
        await courier.report(status="DELAYED", note="Snow", **later),
    ]
    delayed = await state(cast["buyer"], shipment)
    answers += [
        await courier.report(status="WAITING", place="Locker 7", trackingNumber="TN 1"),
        await courier.report(status="DELIVERED", signedBy="Li Na", reference="REF-1"),
    ]
    done = await state(cast["buyer"], shipment)

    assert [(each.status_code, each.json()) for each in answers] == [(202, {"accepted": True})] * 4
    assert (delayed["status"], delayed["expectedAt"][:10]) == ("DELAYED", "2099-03-01")
    assert delayed["tracking"][-2:] == [
        {
            "status": "IN_TRANSIT",
            "place": "Hub",
            "note": "On time",
            "position": {"latitude": "31.230417", "longitude": "-121.50"},
        },
        {"status": "DELAYED", "place": "", "note": "Snow", "position": None},
    ]
    assert (done["status"], done["signedBy"]) == ("SIGNED", "Li Na")
    assert (await look(cast["buyer"], order))["state"] == "SIGNED"
    told = await news(chain.world)
    assert [kind for kind, _ in told] == [
        "shipment_delayed",
        "shipment_waiting",
        "shipment_delivered",
    ]
    assert all(str(cast["buyer"].membership_id) in data["recipients"] for _, data in told)
    assert await chain.world.run(check) == []


async def test_the_device_of_ones_own_driver_says_where_it_is(cast, way):
    """R1-62."""
    _, shipment, _ = way
    await handed_over(cast["keeper"], shipment)
    text = """mutation($input: ReportTrackingInput!) { reportTracking(input: $input) {
        ... on Shipment { tracking { position { latitude longitude } } } } }"""
    said = {"shipmentId": shipment, "status": "IN_TRANSIT"}
    here, nowhere = [
        await cast["keeper"].ask(
            text, input=said | {"position": {"latitude": at, "longitude": "1"}}
        )
        for at in ("-33.9", "90.000001")
    ]

    assert here.data["reportTracking"]["tracking"][-1] == {
        "position": {"latitude": "-33.90", "longitude": "1"}
    }
    (wrong,) = nowhere.body["errors"]
    assert wrong["extensions"] == {"code": "INVALID", "field": "position"}


async def test_what_is_early_late_twice_or_out_of_order_has_its_outcome(chain, cast, way):
    courier, shipment, order = way
    keeper, named = cast["keeper"], {"reference": "REF-1"}
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    await courier.report(status="IN_TRANSIT", **named)
    await handed_over(keeper, shipment)
    await courier.report(status="ARRIVED", message="m", **named)
    twice = await courier.report(status="DELAYED", message="m", **named)
    await courier.report(status="DELAYED", happenedAt=hour_ago, **named)
    await courier.report(status="LOST", reference="REF-of-others")
    before = await state(keeper, shipment)
    await courier.report(status="DELIVERED", signedBy="Li Na", **named)
    await courier.report(status="LOST", **named)

    assert twice.status_code == 202
    assert await outcomes(keeper) == [
        ("IN_TRANSIT", "NOT_LEFT"),
        ("ARRIVED", "TAKEN"),
        ("DELAYED", "OUT_OF_ORDER"),
        ("LOST", "UNKNOWN_SHIPMENT"),
        ("DELIVERED", "TAKEN"),
        ("LOST", "ENDED"),
    ]
    # What is older than what is known stands in its place of the story, and moves nothing back.
    assert before["status"] == "ARRIVED"
    assert [each["status"] for each in before["tracking"]] == ["DELAYED", "IN_TRANSIT", "ARRIVED"]
    assert (await look(keeper, order))["state"] == "SIGNED"
    assert await chain.world.run(check) == []


async def test_trouble_that_a_carrier_reports_opens_an_exception(chain, cast, way):
    courier, shipment, order = way
    await handed_over(cast["keeper"], shipment)
    for status in ("LOST", "DAMAGED", "ACCIDENT", "LOST"):
        await courier.report(status=status, note="on the A7", reference="REF-1")
    listed = """{ orderExceptions { edges { node { kind note shipmentId } } } }"""
    found = (await cast["service"].ask(listed)).data["orderExceptions"]["edges"]

    assert [each["node"]["kind"] for each in found] == ["LOST", "DAMAGED", "ACCIDENT"]
    assert found[0]["node"]["note"] == "LOST: on the A7"
    # A carrier's word alone loses nothing.
    assert (await look(cast["buyer"], order))["state"] == "SHIPPED"
    assert (await state(cast["buyer"], shipment))["status"] == "DELAYED"


async def test_what_is_not_signed_learns_nothing(chain, cast, way):
    courier, shipment, _ = way
    path = courier.carrier["reportPath"]
    said = {"status": "LOST", "reference": "REF-1"}
    stranger = Courier(chain.world, await create(cast["keeper"]))
    no_tenant = path.replace(str(chain.world.tenant_id), str(new_id()))
    no_carrier = path.replace(str(key(courier.carrier["id"])), str(new_id()))
    old = datetime.now(UTC) - timedelta(minutes=6)
    refused = [
        await courier.report(tampered=b" ", **said),
        await courier.report(at=old, **said),
        await courier.report(path=no_tenant, **said),
        await courier.report(path=no_carrier, **said),
        await stranger.report(path=path, **said),
        await chain.world.http.post(path, json=said),
    ]
    unreadable = [
        await courier.report(status="GONE", reference="REF-1"),
        await courier.report(status="LOST"),
        await courier.report(status="LOST", reference=["x"]),
        await courier.report(status="LOST", reference="x", happenedAt="soon"),
        *[
            await courier.report(status="LOST", reference="x", position=nowhere)
            for nowhere in (
                "here",
                {"latitude": 31},
                {"latitude": 91, "longitude": 0},
                {"latitude": True, "longitude": "x"},
            )
        ],
    ]
    large = await courier.report(status="LOST", note="x" * 20_000)

    assert len({(each.status_code, each.text) for each in refused}) == 1
    assert refused[0].status_code == 401
    assert [each.status_code for each in unreadable] == [400] * 8
    assert large.status_code == 413
    # Another carrier's valid word about what it does not carry is taken, and moves nothing.
    assert (await stranger.report(**said)).status_code == 202
    assert (await state(cast["keeper"], shipment))["status"] == "PLANNED"
