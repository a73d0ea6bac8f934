"""What can be done about packages (R1-56, R2-15)."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import Invalid
from app.kernel.quantity import PackagingLevel
from app.packing.commands import MOST_PACKAGES, pack_shipment
from app.packing.rules import Packed
from app.schema.context import Info
from app.schema.fulfilment import ShipmentResult
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.shipments import load_shipment


@strawberry.input
class PackedPiecesInput:
    """Pieces of a line of the shipment."""

    shipment_line_id: relay.GlobalID
    pieces: Decimal


@strawberry.input
class PackageInput:
    """One package, or `copies` of it that hold the same."""

    contents: list[PackedPiecesInput]
    level: PackagingLevel | None = None
    weight_kg: Decimal | None = None
    copies: int = 1

    def value(self, place: int) -> Packed:
        """Translate to the command's own words."""
        contents: dict[UUID, Decimal] = {}
        for at, content in enumerate(self.contents):
            key = key_of(content.shipment_line_id, "ShipmentLine")
            if key in contents:
                raise Invalid(f"packages.{place}.contents.{at}.shipmentLineId", "is named twice")
            contents[key] = content.pieces
        return Packed(self.level, self.weight_kg, contents)


@strawberry.input
class PackShipmentInput:
    """A planned shipment, and all its packages in their order."""

    shipment_id: relay.GlobalID
    packages: list[PackageInput]

    def value(self) -> list[Packed]:
        """Translate to the command's own words."""
        copies = [package.copies for package in self.packages]
        if (
            not all(1 <= number <= MOST_PACKAGES for number in copies)
            or sum(copies) > MOST_PACKAGES
        ):
            raise Invalid("packages", f"must be 1 to {MOST_PACKAGES}")
        return [
            packed
            for place, package in enumerate(self.packages)
            for packed in [package.value(place)] * package.copies
        ]


@strawberry.type
class PackingMutation:
    """What can be done about packages."""

    @mutation(pack_shipment)
    async def pack_shipment(self, info: Info, input: PackShipmentInput) -> ShipmentResult:
        """Say what is in which package of a planned shipment, all of it anew.

        Each gets a code under the seller's GS1 company prefix; one that is as it was keeps its own.
        """
        key = key_of(input.shipment_id, "Shipment")
        packages = input.value()
        await info.context.write(lambda work: pack_shipment(work, key, packages))
        return await load_shipment(info, key)
