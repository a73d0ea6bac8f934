"""The signed records of a shipment: its hand-over, its receipt, and what its buyer said of it."""

from datetime import datetime
from uuid import UUID

import strawberry

from app.fulfilment.queries import Record
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.files import StoredFile, stored_files


@strawberry.type
class HandOverRecord:
    """That a shipment was given to who carries it (R1-61); both sides of the order read it."""

    at: datetime
    to: str
    recorded_by: str | None = strawberry.field(description="Who of the seller's people noted it.")
    signature_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def signature(records: list["HandOverRecord"], info: Info) -> list[StoredFile | None]:
        """The signature of who took it; null where none was given."""
        return await stored_files(info, [each.signature_id for each in records])

    @classmethod
    def of(cls, record: Record) -> "HandOverRecord | None":
        """Show a record; none while the goods are in the warehouse."""
        shipment = record.shipment
        if shipment.handed_over_at is None:
            return None
        return cls(
            at=shipment.handed_over_at,
            to=shipment.handed_over_to or "",
            recorded_by=record.handed_over_by,
            signature_id=shipment.handed_over_signature_id,
        )


@strawberry.type
class DeliveryRecord:
    """The proof of a delivery, or of its refusal (R1-65); both sides of the order read it."""

    at: datetime
    signed_by: str
    recorded_by: str | None = strawberry.field(
        description="Who noted it; null where the carrier reported it."
    )
    code_confirmed_at: datetime | None = strawberry.field(
        description="When the code was said that only the buyer was told; null where it was not."
    )
    signature_id: strawberry.Private[UUID | None]
    photo_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def signature(records: list["DeliveryRecord"], info: Info) -> list[StoredFile | None]:
        """The signature of who took the goods; null where none was given."""
        return await stored_files(info, [each.signature_id for each in records])

    @batch
    @staticmethod
    async def photo(records: list["DeliveryRecord"], info: Info) -> list[StoredFile | None]:
        """A photo of the goods, or the signed paper; null where none was given."""
        return await stored_files(info, [each.photo_id for each in records])

    @classmethod
    def of(cls, record: Record) -> "DeliveryRecord | None":
        """Show a record; none while nobody has signed."""
        shipment = record.shipment
        if shipment.signed_at is None:
            return None
        return cls(
            at=shipment.signed_at,
            signed_by=shipment.signed_by or "",
            recorded_by=record.signed_for_by,
            code_confirmed_at=shipment.code_confirmed_at,
            signature_id=shipment.signature_id,
            photo_id=shipment.photo_id,
        )


@strawberry.type
class DeliveryRating:
    """How content a buyer was with a delivery, from 1 to 5, and why (R1-66)."""

    stars: int
    words: str
    at: datetime

    @classmethod
    def of(cls, record: Record) -> "DeliveryRating | None":
        """Show a rating; none until the buyer gave one."""
        shipment = record.shipment
        if shipment.rating is None or shipment.rated_at is None:
            return None
        return cls(stars=shipment.rating, words=shipment.rating_words or "", at=shipment.rated_at)
