"""Row locks of checkout: a payment under way, before the order that it is for."""

from uuid import UUID

from sqlalchemy import select

from app.checkout.models import OnlinePayment
from app.db.work import Work


async def online_payment(work: Work, key: UUID) -> OnlinePayment | None:
    """Lock one payment at a provider."""
    statement = (
        select(OnlinePayment)
        .where(OnlinePayment.id == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(statement)).first()
