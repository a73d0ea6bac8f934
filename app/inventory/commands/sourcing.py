"""From which warehouse customers are served: rules as data (R1-20, R1-21)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete

from app.audit.operations import record
from app.db.work import Work
from app.inventory import locks
from app.inventory.models import StoredSourcingRule
from app.inventory.operations import sourcing_rules_of
from app.inventory.rules import SourcingRule
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_RULES = 50
LONGEST_REGION = 100


@requires(Permission.STOCK_WRITE)
async def set_sourcing_rules(work: Work, rules: Sequence[SourcingRule]) -> Sequence[SourcingRule]:
    """Put these in the place of the own organisation's rules, the first that fits decides.

    What was set aside before stays where it is. Raises `NotFound` for a foreign warehouse.
    """
    if len(rules) > MOST_RULES:
        raise Invalid("rules", f"must have at most {MOST_RULES} rules")
    own = await locks.own_warehouses_for_rules(work)
    for place, rule in enumerate(rules):
        if rule.warehouse_id not in own:
            raise NotFound("Warehouse").at(f"rules.{place}.warehouseId")
        if rule.region is not None and not 1 <= len(rule.region) <= LONGEST_REGION:
            problem = f"must have 1 to {LONGEST_REGION} characters"
            raise Invalid(f"rules.{place}.region", problem)
    organisation_id = work.actor.own_organisation
    before = await sourcing_rules_of(work, organisation_id)
    await work.session.execute(
        delete(StoredSourcingRule).where(StoredSourcingRule.organisation_id == organisation_id)
    )
    await work.insert(
        StoredSourcingRule,
        [_stored(organisation_id, place, each) for place, each in enumerate(rules, 1)],
    )
    record(
        work,
        "SET_SOURCING_RULES",
        "sourcing_rules",  # of the trade, so nothing about the organisation that others may see
        organisation_id,
        before={"rules": [_noted(rule) for rule in before]},
        after={"rules": [_noted(rule) for rule in rules]},
    )
    return await sourcing_rules_of(work, organisation_id)


def _stored(organisation_id: UUID, position: int, rule: SourcingRule) -> dict[str, object]:
    return {
        "id": new_id(),
        "organisation_id": organisation_id,
        "position": position,
        "warehouse_id": rule.warehouse_id,
        "region": rule.region,
        "delivery_mode": rule.delivery_mode,
    }


def _noted(rule: SourcingRule) -> list[str | None]:
    return [str(rule.warehouse_id), rule.region, rule.delivery_mode]
