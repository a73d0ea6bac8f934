"""Territories: a seller's sales areas, one within the other."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import NotFound
from app.organisations import locks
from app.organisations.errors import TerritoryInLoop, TerritoryNameTaken
from app.organisations.models import Territory
from app.organisations.rules import as_noted, checked_name
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.RELATIONSHIP_WRITE)
async def create_territory(work: Work, name: str, parent_id: UUID | None = None) -> Territory:
    """Add a sales area to the own organisation's; prices of the parent apply where it is silent.

    Raises `TerritoryNameTaken`, and `NotFound` for a parent that is not the own organisation's.
    """
    name, known = checked_name(name), await locks.own_territories(work)
    _check(known, None, name, parent_id)
    territory = Territory(seller_id=work.actor.own_organisation, parent_id=parent_id, name=name)
    try:
        await work.save(territory)
    except IntegrityError:
        raise TerritoryNameTaken(name) from None
    after = as_noted({"name": name, "parent_id": parent_id})
    record(work, "CREATE_TERRITORY", "territory", territory.id, after=after)
    return territory


@requires(Permission.RELATIONSHIP_WRITE)
async def change_territory(
    work: Work, territory_id: UUID, name: str, parent_id: UUID | None
) -> Territory:
    """Rename an own sales area, or move it into another, or to the top without one.

    Raises `TerritoryInLoop`, `TerritoryNameTaken`, and `NotFound` for what is not the own
    organisation's.
    """
    name, known = checked_name(name), await locks.own_territories(work)
    territory = known.get(territory_id)
    if territory is None:
        raise NotFound("Territory").at("territoryId")
    _check(known, territory, name, parent_id)
    before = as_noted({"name": territory.name, "parent_id": territory.parent_id})
    territory.name, territory.parent_id = name, parent_id
    after = as_noted({"name": name, "parent_id": parent_id})
    record(work, "CHANGE_TERRITORY", "territory", territory_id, before=before, after=after)
    return territory


def _check(
    known: Mapping[UUID, Territory], moved: Territory | None, name: str, parent_id: UUID | None
) -> None:
    if any(row.name == name and row is not moved for row in known.values()):
        raise TerritoryNameTaken(name)
    parent = around = known.get(parent_id) if parent_id else None
    if parent_id is not None and parent is None:
        raise NotFound("Territory").at("parentId")
    while parent is not None and around is not None:
        if moved is not None and around is moved:
            raise TerritoryInLoop(moved.name, parent.name)
        around = known.get(around.parent_id) if around.parent_id else None
