"""How far permissions reach down by consent: the one place that decides (R3-33)."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.db.work import Work
from app.kernel.actor import Scope
from app.organisations.models import BranchConsent, ConsentState, OrganisationAncestry
from app.rbac.permissions import Permission


def consented_below(work: Work, permission: Permission) -> Select[Any]:
    """Select the organisations below that agreed to a permission of the own one reaching them.

    None where the actor does not hold it with the scope BRANCH: consent widens no narrower grant.
    """
    holds = work.actor.may(permission) and work.actor.scope_of(permission).covers(Scope.BRANCH)
    return select(BranchConsent.below_id).where(
        BranchConsent.tenant_id == work.tenant_id,
        BranchConsent.above_id == (work.actor.organisation_id if holds else None),
        BranchConsent.permission == permission,
        counts(work),
    )


def counts(work: Work) -> ColumnElement[bool]:
    """Hold `BranchConsent` rows to those by which something reaches down now.

    Accepted ones, where the one still stands above the other and has since it was accepted.
    """
    line = OrganisationAncestry
    stands = exists().where(
        line.tenant_id == work.tenant_id,
        line.ancestor_id == BranchConsent.above_id,
        line.descendant_id == BranchConsent.below_id,
        line.distance > 0,
        or_(line.since.is_(None), line.since <= BranchConsent.decided_at),
    )
    return (BranchConsent.state == ConsentState.ACCEPTED) & stands
