"""The own organisation's delivery addresses: added, changed, given up; the trail keeps each."""

from typing import Any
from uuid import UUID

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.organisations import locks
from app.organisations.errors import AddressLabelTaken
from app.organisations.models import DeliveryAddress
from app.organisations.rules.addresses import MOST_ADDRESSES, Address
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORGANISATION_WRITE)
async def add_delivery_address(
    work: Work, address: Address, *, is_default: bool
) -> DeliveryAddress:
    """Add an address to the own organisation's; the first one is the default.

    Raises `AddressLabelTaken`.
    """
    columns = address.columns()
    await locks.organisation(work, work.actor.own_organisation)
    known = await locks.own_addresses(work)
    if len(known) >= MOST_ADDRESSES:
        raise Invalid("address", f"must be one of at most {MOST_ADDRESSES}")
    _check_label(known, None, columns["label"])
    if is_default:
        await _take_default(work, known)
    row = DeliveryAddress(
        id=new_id(),
        organisation_id=work.actor.own_organisation,
        is_default=is_default or not known,
        added_at=work.now,
        **columns,
    )
    await work.save(row)
    after = {**columns, "is_default": row.is_default}
    record(work, "ADD_DELIVERY_ADDRESS", "delivery_address", row.id, after=after)
    return row


@requires(Permission.ORGANISATION_WRITE)
async def change_delivery_address(
    work: Work, address_id: UUID, address: Address, *, is_default: bool
) -> DeliveryAddress:
    """Replace all of an own address; orders keep it as it was when they were placed.

    The default stays one: another takes its place. Raises `AddressLabelTaken`.
    """
    columns = address.columns()
    known = await locks.own_addresses(work)
    row = _own(known, address_id)
    _check_label(known, row, columns["label"])
    if is_default and not row.is_default:
        await _take_default(work, known)
    before = {**_said(row, columns), "is_default": row.is_default}
    for name, value in columns.items():
        setattr(row, name, value)
    row.is_default = row.is_default or is_default
    after = {**columns, "is_default": row.is_default}
    record(work, "CHANGE_DELIVERY_ADDRESS", "delivery_address", row.id, before=before, after=after)
    return row


@requires(Permission.ORGANISATION_WRITE)
async def archive_delivery_address(work: Work, address_id: UUID) -> DeliveryAddress:
    """Give an own address up; orders that go there still do."""
    row = _own(await locks.own_addresses(work), address_id)
    row.given_up_at, row.is_default = work.now, False
    record(work, "GIVE_UP_DELIVERY_ADDRESS", "delivery_address", row.id)
    return row


def _own(known: dict[UUID, DeliveryAddress], address_id: UUID) -> DeliveryAddress:
    row = known.get(address_id)
    if row is None:
        raise NotFound("DeliveryAddress").at("addressId")
    return row


def _check_label(
    known: dict[UUID, DeliveryAddress], changed: DeliveryAddress | None, label: str
) -> None:
    if any(row.label == label and row is not changed for row in known.values()):
        raise AddressLabelTaken(label)


async def _take_default(work: Work, known: dict[UUID, DeliveryAddress]) -> None:
    """Let none be the default, before another one is."""
    for row in known.values():
        row.is_default = False
    await work.session.flush()


def _said(row: DeliveryAddress, columns: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in columns}
