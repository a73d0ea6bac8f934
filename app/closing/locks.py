"""Row locks of closing."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.closing.models import OrganisationClosing
from app.db.work import Work
from app.organisations.models import Organisation, TradingRelationship, unended_at


async def closing(work: Work, closing_id: UUID) -> OrganisationClosing | None:
    """Lock one closing; after the tree where both are locked."""
    return await work.session.scalar(
        select(OrganisationClosing)
        .where(OrganisationClosing.id == closing_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def organisation(work: Work, organisation_id: UUID) -> Organisation | None:
    """Lock an organisation against whatever is opened with it, and against no order."""
    return await work.session.scalar(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def trade_of(work: Work, organisation_id: UUID) -> Sequence[TradingRelationship]:
    """Lock all unended relationships of an organisation, in which it buys or sells.

    To end them: this waits for the orders that are being placed in them, and holds up others.
    """
    statement = (
        select(TradingRelationship)
        .where(
            or_(
                TradingRelationship.buyer_id == organisation_id,
                TradingRelationship.seller_id == organisation_id,
            ),
            unended_at(work.now),
        )
        .order_by(TradingRelationship.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(statement)).all()
