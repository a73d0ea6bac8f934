"""What payment providers report, on its way from the door to the command."""

from uuid import UUID

from app.checkout import commands, queries
from app.checkout.models import CallbackOutcome
from app.checkout.operations.merchants import merchant_of
from app.checkout.rules.merchants import Merchant
from app.checkout.rules.reports import Report
from app.db.work import acting_as, perform
from app.kernel.actor import system_actor
from app.schema.context import Services

_NAME = "checkout"


async def merchant_reported(
    services: Services, tenant_id: UUID, account_id: UUID
) -> Merchant | None:
    """Return by what an account's reports are verified; none for one that is not there."""
    terms = services.checkout
    if terms is None:
        return None
    account = await perform(
        services.database,
        tenant_id,
        acting_as(system_actor(tenant_id, _NAME)),
        lambda work: queries.account_by_id(work, account_id),
    )
    return account and merchant_of(account, terms)


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
