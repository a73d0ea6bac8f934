"""Notes on orders: for one's own people, or for both sides."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.orders import models
from app.orders.rules.states import NoteAudience

strawberry.enum(NoteAudience, description=NoteAudience.__doc__)


@strawberry.type
class OrderNote:
    """Something that one side wrote on an order; the other side reads it only if it is for both."""

    text: str
    audience: NoteAudience
    author_name: str
    written_at: datetime
    is_ours: bool

    @classmethod
    def of(cls, row: models.OrderNote, viewer_id: UUID | None) -> "OrderNote":
        """Show a note to somebody of an organisation."""
        return cls(
            text=row.text,
            audience=NoteAudience(row.audience),
            author_name=row.author_name,
            written_at=row.written_at,
            is_ours=row.organisation_id == viewer_id,
        )


@strawberry.input
class AddOrderNoteInput:
    """What to write on an order: 1 to 2,000 characters, for one's own people unless told."""

    idempotency_key: str
    order_id: relay.GlobalID
    text: str
    audience: NoteAudience = NoteAudience.INTERNAL
