"""Files on orders."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.orders import models
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.files import StoredFile, stored_files


@strawberry.type
class OrderAttachment:
    """A file that one side attached to an order, for both."""

    author_name: str
    attached_at: datetime
    is_ours: bool
    file_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def file(attached: list["OrderAttachment"], info: Info) -> list[StoredFile | None]:
        """The file itself."""
        return await stored_files(info, [each.file_id for each in attached])

    @classmethod
    def of(cls, row: models.OrderAttachment, viewer_id: UUID | None) -> "OrderAttachment":
        """Show an attachment to somebody of an organisation."""
        return cls(
            author_name=row.author_name,
            attached_at=row.attached_at,
            is_ours=row.organisation_id == viewer_id,
            file_id=row.file_id,
        )


@strawberry.input
class AttachToOrderInput:
    """An uploaded image or PDF, and the order that it belongs to."""

    idempotency_key: str
    order_id: relay.GlobalID
    file_id: relay.GlobalID


@strawberry.input
class RemoveAttachmentInput:
    """A file that the own side attached to a draft."""

    order_id: relay.GlobalID
    file_id: relay.GlobalID
