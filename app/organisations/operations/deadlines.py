"""Moves of branches whose time has come."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.organisations.models import MoveState, OrganisationMove

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
