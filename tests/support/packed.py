"""A planned shipment of a branch whose goods are in a package."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from strawberry import relay

from app.fulfilment.models import ShipmentLine
from tests.support.world import World, gid


class Shipping(Protocol):
    """What a branch has of it."""

    @property
    def world(self) -> World: ...

    @property
    def things(self) -> dict[str, str]: ...

    async def do(self, side: str, command: str, /, **given: object) -> dict[str, object]: ...


async def add_packages(branch: Shipping) -> dict[str, str]:
    """Pack what is planned in one package; the line that it holds."""
    shipment = branch.things["Shipment:PLANNED"]
    key = UUID(relay.GlobalID.from_id(shipment).node_id)
    lines = select(ShipmentLine.id).where(ShipmentLine.shipment_id == key)
    found = await branch.world.run(lambda work: work.session.scalar(lines))
    line = gid("ShipmentLine", found)
    packages = [{"contents": [{"shipmentLineId": line, "pieces": "1"}]}]
    await branch.do("seller", "packShipment", shipmentId=shipment, packages=packages)
    return {"ShipmentLine": line}
