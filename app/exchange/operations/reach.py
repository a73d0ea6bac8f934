"""Whose imports and exports somebody sees: the one place that decides."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, false, or_

from app.db.work import Work
from app.exchange.models import ExportRun, ImportRun
from app.exchange.rules.kinds import TableKind
from app.kernel.actor import Scope
from app.rbac.permissions import Permission


def own_runs(
    work: Work, table: type[ImportRun | ExportRun], rights: Mapping[TableKind, Permission]
) -> ColumnElement[bool]:
    """Hold runs to the own organisation's, of kinds that the actor may do.

    Who looks after some customers only sees no run but the own: others' hold others' customers.
    """
    actor = work.actor
    kinds = [
        and_(table.kind == kind, table.membership_id == actor.membership_id)
        if actor.scope_of(right) is Scope.ASSIGNED
        else table.kind == kind
        for kind, right in rights.items()
        if actor.may(right)
    ]
    return and_(table.organisation_id == actor.organisation_id, or_(false(), *kinds))
