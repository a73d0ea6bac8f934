"""What an organisation says of itself on invoices."""

import re
from dataclasses import asdict, dataclass

from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.work import Work
from app.finance.models import BillingDetails, PaperLanguage
from app.kernel.errors import Invalid
from app.kernel.period import UnknownZone, zone_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST = 200


@dataclass(frozen=True, slots=True)
class DetailsWish:
    """What is to stand on invoices; empty for nothing, the zone none for the network's."""

    legal_name: str
    tax_number: str
    street: str
    postal_code: str
    city: str
    region: str
    country: str
    bank_account: str
    language: PaperLanguage
    time_zone: str | None
    gs1_company_prefix: str | None = None


@requires(Permission.ORGANISATION_WRITE)
async def set_billing_details(work: Work, wish: DetailsWish) -> BillingDetails:
    """Set what the own organisation has on invoices from now on; those issued stay as they are."""
    given = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in asdict(wish).items()
    }
    for name, value in given.items():
        if len(value or "") > LONGEST:
            raise Invalid(name, f"must have at most {LONGEST} characters")
    _check_zone(wish.time_zone)
    _check_prefix(wish.gs1_company_prefix)
    values = given | {"changed_at": work.now}
    statement = insert(BillingDetails).values(
        tenant_id=work.tenant_id, organisation_id=work.actor.own_organisation, **values
    )
    kept = statement.on_conflict_do_update(
        index_elements=["tenant_id", "organisation_id"], set_=values
    )
    row = (await work.session.scalars(kept.returning(BillingDetails))).one()
    record(work, "SET_BILLING_DETAILS", "billing_details", work.actor.own_organisation, after=given)
    return row


def _check_prefix(prefix: str | None) -> None:
    """GS1 gives out six to twelve digits; anything else makes no number of a package."""
    if prefix is not None and re.fullmatch(r"[0-9]{6,12}", prefix) is None:
        raise Invalid("gs1CompanyPrefix", "must be 6 to 12 digits")


def _check_zone(name: str | None) -> None:
    if name is None:
        return
    try:
        zone_of(name)
    except UnknownZone:
        raise Invalid("timeZone", "must be a zone of the IANA, such as Asia/Shanghai") from None
