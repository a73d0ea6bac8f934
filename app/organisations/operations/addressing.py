"""Which addresses an actor may see, and the copy of one that an order keeps."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.organisations.errors import DeliveryDayClosed
from app.organisations.models import DeliveryAddress, TradingRelationship
from app.organisations.operations.sight import is_open, visible_relationships
from app.organisations.rules.addresses import Address, takes_goods

COPIED = (
    "label",
    "contact_name",
    "telephone",
    "street",
    "city",
    "region",
    "postal_code",
    "country",
    "time_zone",
    "windows",
    "closed_days",
)


def visible_addresses(work: Work) -> ColumnElement[bool]:
    """Hold addresses to the own ones, and those of customers that the actor sees (F2)."""
    customers = select(TradingRelationship.buyer_id).where(
        TradingRelationship.tenant_id == work.tenant_id,
        TradingRelationship.seller_id == work.actor.own_organisation,
        is_open(work),
        visible_relationships(work),
    )
    return or_(
        DeliveryAddress.organisation_id == work.actor.own_organisation,
        DeliveryAddress.organisation_id.in_(customers),
    )


async def take_first_address(work: Work, organisation_id: UUID, address: Address) -> None:
    """Give an organisation that is just coming into being its address, which is the default."""
    columns = address.columns()
    row = DeliveryAddress(
        id=new_id(),
        organisation_id=organisation_id,
        is_default=True,
        added_at=work.now,
        **columns,
    )
    await work.save(row)
    record(
        work,
        "ADD_DELIVERY_ADDRESS",
        "delivery_address",
        row.id,
        after={**columns, "is_default": True},
        on_behalf_of=organisation_id,
    )


async def address_to_keep(
    work: Work, buyer_id: UUID, address_id: UUID | None, day: date | None
) -> dict[str, Any] | None:
    """Return a buyer's address as an order keeps it, none where none is chosen.

    Raises `NotFound` for one that is not the buyer's or given up, and `DeliveryDayClosed` when no
    goods are taken there on the day that is asked for.
    """
    if address_id is None:
        return None
    statement = select(DeliveryAddress).where(
        DeliveryAddress.id == address_id,
        DeliveryAddress.organisation_id == buyer_id,
        DeliveryAddress.given_up_at.is_(None),
    )
    row = (await work.session.scalars(statement)).first()
    if row is None:
        raise NotFound("DeliveryAddress").at("deliveryAddressId")
    kept: dict[str, Any] = {name: getattr(row, name) for name in COPIED}
    if day is not None and not takes_goods(kept, day):
        raise DeliveryDayClosed(row.label, day.isoformat())
    return {"id": str(row.id), **kept}
