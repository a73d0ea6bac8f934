"""What a branch has with carriers, for tests of isolation."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from strawberry import relay

from app.carriers.models import CarrierBooking, CarrierReport
from app.kernel.ids import new_id
from tests.support.carrying import create
from tests.support.world import gid


async def add_carriers(branch: Any) -> None:
    """Two carriers with an address each; the first was asked for a shipment, and has reported."""
    made = [await _carrier(branch, name) for name in (branch.secret, f"{branch.secret} road")]
    carrier, shipment = made[0], branch["Shipment:PLANNED"]
    rebooked = {"idempotencyKey": new_id().hex, "shipmentId": shipment, "carrierId": carrier}
    await branch.do("seller", "rebookCarrier", **rebooked, service="FAST")
    shipment_id, carrier_id = (
        UUID(relay.GlobalID.from_id(each).node_id) for each in (shipment, carrier)
    )
    booking = select(CarrierBooking.id).where(CarrierBooking.shipment_id == shipment_id)

    async def report(work: Any) -> UUID:
        report = CarrierReport(
            carrier_id=carrier_id,
            message_id=branch.secret,
            shipment_id=shipment_id,
            named=branch.secret,
            status="IN_TRANSIT",
            place=branch.secret,
            note=branch.secret,
            happened_at=work.now,
            received_at=work.now,
            outcome="NOT_LEFT",
        )
        await work.save(report)
        return await work.session.scalar(booking)

    found = await branch.world.run(report)
    branch.things |= {
        "Carrier": carrier,
        "Carrier:2": made[1],
        "CarrierBooking": gid("CarrierBooking", found),
    }


async def _carrier(branch: Any, name: str) -> str:
    made = await create(
        branch.seller,
        name=name,
        url=f"https://carriers.example.com/{branch.secret}",
        trackingAddress=f"https://carriers.example.com/{branch.secret}/{{trackingNumber}}",
        services=[{"code": "FAST", "name": f"{branch.secret} fast", "days": 1}],
        rules=[{"priority": 1, "region": branch.secret}],
        agreements=[
            {
                "since": "2026-01-01",
                "currency": "CNY",
                "claimTerms": branch.secret,
                "promises": [{"days": 2, "region": branch.secret, "perShipment": "12.34"}],
            }
        ],
    )
    return made["carrier"]["id"]
