"""What a buyer says of a delivery when it confirms the receipt (R1-66)."""

from dataclasses import dataclass

from sqlalchemy import update

from app.db.work import Work
from app.fulfilment.models import Shipment
from app.kernel.errors import Invalid
from app.orders.models import Order

LEAST, MOST = 1, 5
LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Rating:
    """How content a buyer is with a delivery, from 1 to 5, and why, in its own words."""

    stars: int
    words: str = ""


async def rate(work: Work, order: Order, rating: Rating) -> None:
    """Rate all shipments of an order that were signed for and have no rating; one statement."""
    if order.buyer_id != work.actor.organisation_id:
        raise Invalid("rating", "is the buyer's to give")
    if not LEAST <= rating.stars <= MOST:
        raise Invalid("rating.stars", f"must be {LEAST} to {MOST}")
    if len(rating.words) > LONGEST_WORDS:
        raise Invalid("rating.words", f"must have at most {LONGEST_WORDS} characters")
    said = {"rating": rating.stars, "rating_words": rating.words.strip(), "rated_at": work.now}
    await work.session.execute(
        update(Shipment)
        .where(
            Shipment.order_id == order.id,
            Shipment.signed_at.is_not(None),
            Shipment.rated_at.is_(None),
        )
        .values(**said)
        .execution_options(synchronize_session=False)
    )
