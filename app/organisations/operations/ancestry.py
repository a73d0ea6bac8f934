"""Who stood above an organisation at an instant of the past, and when that changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ScalarSelect, func, or_, select, union_all
from sqlalchemy.orm import aliased

from app.db.work import Work
from app.organisations.models import FormerAncestry, OrganisationAncestry


def ancestry_at(work: Work, organisation_id: UUID, instant: datetime) -> CTE:
    """Select who stood above an organisation then, itself included, and how far above.

    A pair as it stands today counts for an instant if it stood then and has not changed since; else
    what was noted when it changed counts.
    """
    pair, changed, former = OrganisationAncestry, aliased(FormerAncestry), FormerAncestry
    later = (
        select(changed.until)
        .where(
            changed.tenant_id == work.tenant_id,
            changed.descendant_id == organisation_id,
            changed.ancestor_id == pair.ancestor_id,
            changed.until > instant,
        )
        .correlate(pair)
        .exists()
    )
    return union_all(
        select(pair.ancestor_id, pair.distance).where(
            pair.tenant_id == work.tenant_id,
            pair.descendant_id == organisation_id,
            or_(pair.since.is_(None), pair.since <= instant),
            ~later,
        ),
        select(former.ancestor_id, former.distance).where(
            former.tenant_id == work.tenant_id,
            former.descendant_id == organisation_id,
            or_(former.since.is_(None), former.since <= instant),
            former.until > instant,
        ),
    ).cte("ancestry_then")


def ancestry_changes(work: Work, organisation_id: UUID) -> ScalarSelect[Any]:
    """Select, as an array, when anybody came to stand or ceased to stand above an organisation."""
    pair, former = OrganisationAncestry, FormerAncestry
    changes = union_all(
        *(
            select(column.label("at")).where(
                table.tenant_id == work.tenant_id, table.descendant_id == organisation_id
            )
            for table, column in (
                (pair, pair.since),
                (former, former.since),
                (former, former.until),
            )
        )
    ).subquery("ancestry_changes")
    return select(func.array_agg(changes.c.at)).scalar_subquery()
