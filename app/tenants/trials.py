"""The end of a trial: nobody works in the network any more until platform staff resume it."""

from datetime import timedelta

from sqlalchemy import delete

from app.audit.operations import record
from app.db.work import Work
from app.tenants import locks
from app.tenants.models import TenantStatus, TrialRequest, TrialState
from app.tenants.operations import set_status

UNCONFIRMED_FOR = timedelta(days=30)


async def end_trial(work: Work) -> None:
    """Suspend the work's network if its trial is over; platform staff see that it has ended."""
    request = await locks.trial_that_is_over(work)
    if request is None:
        return
    request.state = TrialState.ENDED
    await set_status(work, work.tenant_id, TenantStatus.SUSPENDED)
    after = {"status": TenantStatus.SUSPENDED}
    record(work, "END_TRIAL", "tenant", work.tenant_id, after=after)


async def forget_unconfirmed(work: Work) -> None:
    """Remove requests whose e-mail nobody has confirmed for a month; one statement."""
    await work.session.execute(
        delete(TrialRequest).where(
            TrialRequest.state == TrialState.UNCONFIRMED,
            TrialRequest.asked_at < work.now - UNCONFIRMED_FOR,
        )
    )
