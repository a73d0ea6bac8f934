"""Change what an organisation says of itself."""

from dataclasses import dataclass
from decimal import Decimal

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.organisations import locks
from app.organisations.models import Organisation
from app.organisations.rules import as_noted, checked_name
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_MARGIN_PERCENT = 1_000


@dataclass(frozen=True, slots=True)
class Details:
    """The own organisation's details; the margin is what a fallback price adds, in percent.

    Whether a second person must approve price changes stays as it is where it is not said.
    """

    name: str
    city: str
    region: str
    country: str
    standard_margin_percent: Decimal | None
    needs_price_approval: bool | None = None


@requires(Permission.ORGANISATION_WRITE)
async def change_organisation(work: Work, details: Details) -> Organisation:
    """Replace the own organisation's details; without a margin there are no fallback prices."""
    margin = details.standard_margin_percent
    if margin is not None and not 0 <= margin <= MOST_MARGIN_PERCENT:
        raise Invalid("standardMarginPercent", f"must be 0 to {MOST_MARGIN_PERCENT}")
    organisation = await locks.organisation(work, work.actor.own_organisation)
    if organisation is None:
        raise NotFound("Organisation")
    wanted: dict[str, object] = {
        "name": checked_name(details.name),
        "city": details.city.strip(),
        "region": details.region.strip(),
        "country": details.country.strip(),
        "standard_margin_percent": margin,
    }
    if details.needs_price_approval is not None:
        wanted["needs_price_approval"] = details.needs_price_approval
    before = {name: getattr(organisation, name) for name in wanted}
    for name, value in wanted.items():
        setattr(organisation, name, value)
    record(
        work,
        "CHANGE_ORGANISATION",
        "organisation",
        organisation.id,
        before=as_noted(before),
        after=as_noted(wanted),
    )
    return organisation
