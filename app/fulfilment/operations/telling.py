"""Who is told of what happens to goods on their way."""

from collections.abc import Sequence
from uuid import UUID

from app.db.work import Work
from app.fulfilment.models import Shipment
from app.orders.models import Order
from app.orders.operations.audience import sellers_people
from app.orders.operations.confirming import tell_parties
from app.orders.operations.documents import event_of
from app.organisations.operations import organisations_named
from app.rbac.permissions import Permission


async def tell_shippers(
    work: Work, order: Order, kind: str, also: Sequence[UUID | None] = (), /, **data: str
) -> None:
    """Tell the seller's people who ship the order, the customer's reps, and some more."""
    shippers = await sellers_people(work, order, [Permission.SHIPMENT_WRITE])
    people = [each for each in (*also, *shippers) if each is not None]
    named = await organisations_named(work, {order.buyer_id})
    parties = {"buyer_name": named[order.buyer_id].name}
    recipients = [str(each) for each in dict.fromkeys(people)]
    work.tell(event_of(kind, order, {**parties, **data, "recipients": recipients}))


async def tell_whereabouts(  # noqa: PLR0913, PLR0917  # news has this many particulars
    work: Work, order: Order, shipment: Shipment, kind: str, place: str, note: str
) -> None:
    """Tell the buyer's people where a shipment is (R2-17)."""
    expected = shipment.expected_at
    said = {
        "carrier": shipment.carrier,
        "place": place,
        "note": note,
        "expected_at": expected.isoformat() if expected else "",
    }
    known = {name: value for name, value in said.items() if value}
    await tell_parties(work, order, kind, shipment_id=str(shipment.id), **known)


async def tell_of_trouble(
    work: Work, order: Order, kind: str, people: Sequence[UUID], note: str
) -> None:
    """Tell colleagues of what is out of the ordinary about an order."""
    named = await organisations_named(work, {order.buyer_id})
    recipients = [str(each) for each in people]
    data = {"buyer_name": named[order.buyer_id].name, "note": note, "recipients": recipients}
    work.tell(event_of(kind, order, data))
