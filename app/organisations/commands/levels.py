"""Customer levels."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.work import Work
from app.organisations.errors import LevelNameTaken
from app.organisations.models import CustomerLevel
from app.organisations.operations import check_level
from app.organisations.rules import as_noted, checked_name
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.RELATIONSHIP_WRITE)
async def create_customer_level(
    work: Work, name: str, parent_id: UUID | None = None
) -> CustomerLevel:
    """Add a level to the own organisation's; prices of the parent apply where its are silent.

    Raises `LevelNameTaken`, and `NotFound` for a parent that is not the own organisation's.
    """
    seller_id, name = work.actor.own_organisation, checked_name(name)
    await check_level(work, seller_id, parent_id)
    taken = exists().where(
        CustomerLevel.tenant_id == work.tenant_id,
        CustomerLevel.seller_id == seller_id,
        CustomerLevel.name == name,
    )
    if await work.session.scalar(select(taken)):
        raise LevelNameTaken(name)
    level = CustomerLevel(seller_id=seller_id, parent_id=parent_id, name=name)
    try:
        await work.save(level)
    except IntegrityError:
        raise LevelNameTaken(name) from None
    after = as_noted({"name": name, "parent_id": parent_id})
    record(work, "CREATE_CUSTOMER_LEVEL", "customer_level", level.id, after=after)
    return level
