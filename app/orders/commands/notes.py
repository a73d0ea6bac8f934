"""Writing on orders: for one's own people, or for both sides."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import false, func, select

from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.orders import locks
from app.orders.errors import TooManyNotes
from app.orders.models import OrderNote
from app.orders.operations.visibility import reachable
from app.orders.rules.states import NoteAudience
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_NOTES = 200
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNote:
    """What to write on which order, and who reads it."""

    order_id: UUID
    text: str
    audience: NoteAudience


@requires(Permission.ORDER_READ)
async def add_order_note(work: Work, new: NewNote, key: str) -> UUID:
    """Write a note on an order of the own side, whatever its state; nobody can change it later.

    Raises `TooManyNotes` and `NotFound`, for whoever only looks on as well.
    """
    text = new.text.strip()
    if not 1 <= len(text) <= LONGEST_NOTE:
        raise Invalid("text", f"must have 1 to {LONGEST_NOTE} characters")

    async def command(note_id: UUID) -> None:
        reach = reachable(work, [Permission.ORDER_READ])
        found = await locks.order(work, new.order_id, reach, false())
        order = None if found is None else found[0]
        if order is None or work.actor.organisation_id not in {order.seller_id, order.buyer_id}:
            raise NotFound("Order").at("orderId")
        written = select(func.count(OrderNote.id)).where(
            OrderNote.order_id == order.id,
            OrderNote.organisation_id == work.actor.own_organisation,
        )
        if (await work.session.scalar(written) or 0) >= MOST_NOTES:
            raise TooManyNotes(MOST_NOTES)
        note = OrderNote(
            id=note_id,
            order_id=order.id,
            organisation_id=work.actor.own_organisation,
            membership_id=work.actor.membership_id,
            author_name=work.actor.name,
            audience=new.audience,
            text=text,
            written_at=work.now,
        )
        await work.save(note)

    body = [new.order_id, new.text, new.audience]
    await once(work, key, "addOrderNote", body, new_id(), command)
    return new.order_id
