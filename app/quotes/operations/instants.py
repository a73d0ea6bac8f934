"""Which moment decides the price of a basket."""

from datetime import date, datetime

from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.period import DateOutOfSense, sensible_day
from app.organisations.models import PriceInstant, TradingRelationship
from app.tenants.operations import local_instant


async def price_instant(
    work: Work, relationship: TradingRelationship, requested_delivery_on: date | None
) -> datetime:
    """Return the moment that decides the price (Our rule 7): placing, or the delivery day.

    Raises `Invalid` for a day without sense.
    """
    by_delivery = relationship.price_instant == PriceInstant.REQUESTED_DELIVERY
    if by_delivery and requested_delivery_on is not None:
        try:
            return await local_instant(work, sensible_day(requested_delivery_on))
        except DateOutOfSense as error:
            raise Invalid("requestedDeliveryOn", str(error)) from None
    return work.now
