"""What is written on orders, for those it was written for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.db.work import Work
from app.orders.models import Order, OrderNote
from app.orders.rules.states import NoteAudience
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_READ)
async def notes_by_order(
    work: Work, order_list: Sequence[Order]
) -> Mapping[UUID, Sequence[OrderNote]]:
    """Return the notes of orders that were read before, the oldest first; one statement.

    Each side reads its own and what the other wrote for both; whoever only looks on reads none.
    """
    own = work.actor.organisation_id
    mine = [item.id for item in order_list if own in {item.seller_id, item.buyer_id}]
    found: dict[UUID, list[OrderNote]] = defaultdict(list)
    if not mine:
        return found
    statement = (
        select(OrderNote)
        .where(
            OrderNote.order_id.in_(mine),
            or_(
                OrderNote.organisation_id == own,
                OrderNote.audience == NoteAudience.BOTH_SIDES,
            ),
        )
        .order_by(OrderNote.written_at, OrderNote.id)
    )
    for note in await work.session.scalars(statement):
        found[note.order_id].append(note)
    return found
