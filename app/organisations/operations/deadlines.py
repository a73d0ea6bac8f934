"""Moves of branches, and planned ends of trade, whose time has come."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.organisations.models import MoveState, OrganisationMove, TradingRelationship

MOST_A_RUN = 100


async def due_moves(work: Work) -> Sequence[UUID]:
    """Return planned moves that are due, those that were to happen first first; bounded."""
    statement = (
        select(OrganisationMove.id)
        .where(
            OrganisationMove.state == MoveState.PLANNED,
            OrganisationMove.effective_at <= work.now,
        )
        .order_by(OrganisationMove.effective_at, OrganisationMove.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


async def due_relationship_ends(work: Work) -> Sequence[UUID]:
    """Return relationships whose planned end has come, the first to end first; bounded."""
    statement = (
        select(TradingRelationship.id)
        .where(TradingRelationship.end_is_planned, TradingRelationship.valid_until <= work.now)
        .order_by(TradingRelationship.valid_until, TradingRelationship.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()
