"""Afternoon: goods are picked in one walk, packed, and leave; the road is longer than told."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.e2e.cast import quantities
from tests.e2e.day.goods import SIZES, code
from tests.e2e.day.people import Day
from tests.support.patience import until

MISSING_SIZE, NOT_FOUND = 9, "4"


async def the_warehouse_picks(day: Day, *orders: str) -> None:
    """One walk for both orders, by scans; four pieces are not on their shelf. Another checks."""
    for order in orders:
        allocated = await day.keeper.must("allocateOrder", orderId=order)
        assert allocated["state"] == "ALLOCATED"
        await day.keeper.must("startPreparation", orderId=order)
    wave = await make_wave(day)
    stops = wave["lines"]
    assert len(stops) == SIZES + 2  # Each size is a stop, and the first also by the case, twice.
    early = await day.keeper.do("finishPreparation", orderId=orders[0])
    assert early["code"] == "NOT_PICKED_YET"
    wrong = await scan(day, stops[0], lotCode="L7")
    assert (wrong["code"], wrong["field"]) == ("WRONG_SCAN", "lotCode")
    for stop in stops:
        wave = await pick(day, stop)
    assert wave["status"] == "PICKED"
    own = await day.keeper.do("checkPickWave", waveId=wave["id"])
    assert own["code"] == "PICKER_CHECKS"
    checked = await day.packer.must("checkPickWave", waveId=wave["id"])
    assert checked["status"] == "CHECKED"
    for order in orders:
        packed = await day.packer.must("finishPreparation", orderId=order)
        assert packed["state"] == "PREPARED"
    await day.beside_see_nothing_of(wave["id"], stops[0]["id"])


async def make_wave(day: Day) -> dict[str, Any]:
    """All that is to be picked, for Sun."""
    (hall,) = (await day.keeper.read("warehouses"))["edges"]
    given = {"idempotencyKey": "wave", "warehouseId": hall["node"]["id"]}
    wave = await day.keeper.must("createPickWave", **given)
    me = day.keeper.membership
    return await day.keeper.must("assignPickWave", waveId=wave["id"], membershipId=me)


async def pick(day: Day, stop: dict[str, Any]) -> dict[str, Any]:
    """Scan what is there, and say what is not."""
    if stop["sku"]["code"] != code(MISSING_SIZE):
        return await scan(day, stop)
    given = {"pickLineId": stop["id"], "pieces": NOT_FOUND, "reason": "The shelf is empty"}
    await day.keeper.must("shortPick", **given)
    return await scan(day, stop, packs="6")


async def scan(day: Day, stop: dict[str, Any], **otherwise: str) -> dict[str, Any]:
    seen = {"code": stop["sku"]["code"], "lotCode": stop["lotCode"], "packs": stop["packs"]}
    return await day.keeper.do("scanPick", pickLineId=stop["id"], **(seen | otherwise))


async def the_carrier_takes_it(day: Day, order: str) -> str:
    """Its software is asked for a lorry and says yes; then goods are handed over."""
    shown = await day.keeper.read("order", id=order)
    (carrier,) = await day.boss.read("carriers")
    booking = {"orderId": order, "carrierId": carrier["id"], "service": "NEXT"}
    booked = await day.keeper.must("bookCarrier", idempotencyKey=order, **booking)

    async def is_answered() -> bool:
        return (await shipment(day, order))["booking"]["status"] == "BOOKED"

    await until(is_answered)
    assert (await shipment(day, order))["trackingNumber"] == f"TN {shown['number']}"
    left = await day.keeper.must("handOver", shipmentId=booked["id"], handedOverTo="Driver Wang")
    assert left["status"] == "IN_TRANSIT"
    await day.beside_see_nothing_of(booked["id"])
    return booked["id"]


async def it_is_late_and_everybody_is_told(day: Day, order: str) -> None:
    """Reports that are not signed are nothing; a delay is an exception, explained to the buyer."""
    number = (await day.buyer.read("order", id=order))["number"]
    assert await day.courier.reports("LOST", number, key=b"another's") == 401
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    note = "Snow on the pass"
    assert await day.courier.reports("DELAYED", number, note=note, expectedAt=tomorrow) == 202
    (late,) = (await day.service.read("orderExceptions"))["edges"]
    exception = late["node"]
    assert (exception["kind"], exception["orderId"]) == ("LATE", order)
    mine = {"exceptionId": exception["id"], "membershipId": day.service.membership}
    await day.service.must("assignOrderException", **mine)
    words = {"exceptionId": exception["id"], "explanation": "The pass opens tonight."}
    await day.service.must("explainOrderException", **words)
    shown = await day.buyer.read("order", id=order)
    assert [each["explanation"] for each in shown["exceptions"]] == ["The pass opens tonight."]
    await day.beside_see_nothing_of(exception["id"])


async def it_arrives(day: Day, *orders: str) -> None:
    """The driver has it signed for; what was late is so no more, by itself."""
    for order in orders:
        number = (await day.buyer.read("order", id=order))["number"]
        assert await day.courier.reports("DELIVERED", number, signedBy="Li") == 202
        assert (await day.buyer.read("order", id=order))["state"] == "SIGNED"
    assert (await day.service.read("orderExceptions"))["edges"] == []


async def two_pieces_less_are_received(day: Day, order: str, other: str) -> None:
    """The shop counts; service looks at the difference and ends it."""
    lines = (await day.buyer.read("order", id=order))["lines"]
    short = next(line for line in lines if line["sku"]["code"] == code(8))
    counted = [{"orderLineId": short["id"], "pieces": "8"}]
    received = await day.buyer.must("confirmReceipt", orderId=order, received=counted)
    assert (received["state"], received["hasOpenException"]) == ("RECEIVED", True)
    (line,) = (each for each in received["lines"] if each["id"] == short["id"])
    assert quantities(line, "received", "missing") == ["8", "2"]
    (difference,) = (await day.service.read("orderExceptions"))["edges"]
    closing = {"exceptionId": difference["node"]["id"], "resolution": "Counted with the driver"}
    (rival, *_) = day.others
    assert await rival.denied("closeOrderException", **closing) == "NOT_FOUND"
    closed = await day.service.must("closeOrderException", **closing)
    assert closed["hasOpenException"] is False
    await day.buyer.must("confirmReceipt", orderId=other)


async def shipment(day: Day, order: str) -> dict[str, Any]:
    (found,) = (await day.keeper.read("order", id=order))["shipments"]
    return found
