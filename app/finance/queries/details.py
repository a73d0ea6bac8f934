"""What an organisation says of itself on invoices."""

from sqlalchemy import select

from app.db.work import Work
from app.finance.models import BillingDetails
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.INVOICE_READ)
async def billing_details(work: Work) -> BillingDetails | None:
    """Return what the own organisation has on invoices; none where nothing was ever said."""
    own = BillingDetails.organisation_id == work.actor.own_organisation
    return (await work.session.scalars(select(BillingDetails).where(own))).first()
