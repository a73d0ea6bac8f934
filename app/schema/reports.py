"""What payment providers report, on its way from the door to the command."""

from uuid import UUID

from app.checkout import commands, queries
from app.checkout.models import CallbackOutcome
from app.checkout.rules.reports import Report
from app.db.work import acting_as, perform
from app.kernel.actor import system_actor
from app.schema.context import Services

_NAME = "checkout"


async def key_of_account(services: Services, tenant_id: UUID, account_id: UUID) -> bytes | None:
    """Return with what an account's reports are signed; none for one that is not there."""
    if services.webhooks is None:
        return None
    account = await perform(
        services.database,
        tenant_id,
        acting_as(system_actor(tenant_id, _NAME)),
        lambda work: queries.account_by_id(work, account_id),
    )
    return account and services.webhooks.keys.key(tenant_id, account.id, account.secret_id)


async def take_report(
    services: Services, tenant_id: UUID, account_id: UUID, report: Report
) -> CallbackOutcome:
    """Let a report count whose signature was checked; raises `NotFound`."""
    return await perform(
        services.database,
        tenant_id,
        acting_as(system_actor(tenant_id, _NAME)),
        lambda work: commands.hear_report(work, report, account_id),
        services.clock,
    )
