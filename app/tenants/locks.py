"""Row locks of the platform's own books of networks."""

from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.tenants.models import TrialRequest, TrialState


async def trial_request(work: Work, request_id: UUID) -> TrialRequest | None:
    """Lock a request for a network, so that it is decided once."""
    statement = select(TrialRequest).where(TrialRequest.id == request_id)
    return (await work.session.scalars(statement.with_for_update())).first()


async def trial_that_is_over(work: Work) -> TrialRequest | None:
    """Lock the request from which the work's network came, if its trial is over by now."""
    statement = select(TrialRequest).where(
        TrialRequest.founded_tenant_id == work.tenant_id,
        TrialRequest.state == TrialState.ACCEPTED,
        TrialRequest.ends_at <= work.now,
    )
    return (await work.session.scalars(statement.with_for_update())).first()
