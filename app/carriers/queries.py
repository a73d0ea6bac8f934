"""What a person may read of their organisation's carriers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.carriers.models import Carrier, CarrierReport, CarrierSecret
from app.carriers.operations import valid_secrets
from app.db.work import Work
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_REPORTS = 20


@requires(Permission.CARRIER_BOOK, Permission.CARRIER_WRITE)
async def carriers(work: Work) -> Sequence[Carrier]:
    """Return the own organisation's carriers by name; there are fifty at most."""
    statement = select(Carrier).where(Carrier.organisation_id == work.actor.own_organisation)
    return (await work.session.scalars(statement.order_by(Carrier.name, Carrier.id))).all()


@requires(Permission.CARRIER_BOOK, Permission.CARRIER_WRITE)
async def carriers_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Carrier]:
    """Return own carriers by id."""
    statement = select(Carrier).where(
        Carrier.id.in_(set(ids)), Carrier.organisation_id == work.actor.own_organisation
    )
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.CARRIER_WRITE)
async def secrets_by_carrier(work: Work, ids: Collection[UUID]) -> dict[UUID, list[CarrierSecret]]:
    """Return which secrets of own carriers are valid now, the newest first; two statements."""
    own = await carriers_by_id(work, ids)
    found: dict[UUID, list[CarrierSecret]] = defaultdict(list)
    for row in await valid_secrets(work, list(own)):
        found[row.carrier_id].append(row)
    return found


@requires(Permission.CARRIER_BOOK, Permission.CARRIER_WRITE)
async def reports_by_carrier(work: Work, ids: Collection[UUID]) -> dict[UUID, list[CarrierReport]]:
    """Return the latest reports of own carriers, the newest first; two statements."""
    own = await carriers_by_id(work, ids)
    rank = func.row_number().over(
        partition_by=CarrierReport.carrier_id, order_by=CarrierReport.id.desc()
    )
    ranked = (
        select(CarrierReport.id, rank.label("place"))
        .where(CarrierReport.tenant_id == work.tenant_id, CarrierReport.carrier_id.in_(list(own)))
        .subquery()
    )
    statement = (
        select(CarrierReport)
        .join(ranked, ranked.c.id == CarrierReport.id)
        .where(ranked.c.place <= MOST_REPORTS)
        .order_by(CarrierReport.id.desc())
    )
    found: dict[UUID, list[CarrierReport]] = defaultdict(list)
    for row in await work.session.scalars(statement):
        found[row.carrier_id].append(row)
    return found
