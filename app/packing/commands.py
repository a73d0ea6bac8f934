"""Put the goods of a shipment into packages (R1-56, R2-15)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, select

from app.audit.operations import record
from app.catalog.operations import sku_facts
from app.db.work import Work
from app.fulfilment.models import ShipmentStatus
from app.fulfilment.operations.shipments import lines_of, open_shipment_of
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.packing.errors import PackagesDiffer
from app.packing.models import PackageContent, ShipmentPackage
from app.packing.operations import new_codes
from app.packing.rules import Packed
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_PACKAGES = 500
HEAVIEST_KG = 50_000
_MAY = (Permission.PREPARATION_WRITE, Permission.SHIPMENT_WRITE)


@requires(*_MAY)
async def pack_shipment(work: Work, shipment_id: UUID, packages: Sequence[Packed]) -> UUID:
    """Say what is in which package of a planned shipment, all of it anew.

    A package that is as it was keeps its code, so that a repeated call changes nothing; codes of
    others are never given out again. Raises `PackagesDiffer` unless the packages hold what is in
    the shipment, `NoCompanyPrefix`, `ShipmentNotOpen`.
    """
    _check(packages)
    shipment = await open_shipment_of(work, shipment_id, _MAY, [ShipmentStatus.PLANNED])
    await _require_all(work, shipment.id, packages)
    known = await _known(work, shipment.id)
    kept = {
        number
        for number, wanted in enumerate(packages, 1)
        if number in known and known[number][1] == wanted
    }
    gone = [row for number, (row, _) in known.items() if number not in kept]
    await _drop(work, [row.id for row in gone])
    new = [(number, each) for number, each in enumerate(packages, 1) if number not in kept]
    made = await _add(work, shipment.id, new)
    if made or gone:
        before = {"codes": [row.sscc for row, _ in known.values()]}
        codes = {number: row.sscc for number, (row, _) in known.items() if number in kept} | made
        after = {"codes": [codes[number] for number in sorted(codes)]}
        record(work, "PACK_SHIPMENT", "shipment", shipment.id, before=before, after=after)
    return shipment.id


def _check(packages: Sequence[Packed]) -> None:
    if not 1 <= len(packages) <= MOST_PACKAGES:
        raise Invalid("packages", f"must be 1 to {MOST_PACKAGES}")
    for place, package in enumerate(packages):
        weight = package.weight_kg
        if weight is not None and not Decimal("0.001") <= weight <= HEAVIEST_KG:
            raise Invalid(f"packages.{place}.weightKg", f"must be 0.001 to {HEAVIEST_KG}")
        if weight is not None and weight != round(weight, 3):
            raise Invalid(f"packages.{place}.weightKg", "must have at most 3 decimal places")
        if not package.contents:
            raise Invalid(f"packages.{place}.contents", "must not be empty")
        for pieces in package.contents.values():
            if pieces < 1 or pieces != pieces.to_integral_value():
                raise Invalid(f"packages.{place}.contents", "must be whole pieces")


async def _require_all(work: Work, shipment_id: UUID, packages: Sequence[Packed]) -> None:
    lines = {line.id: line for line in await lines_of(work, [shipment_id])}
    packed: dict[UUID, Decimal] = defaultdict(Decimal)
    for package in packages:
        for line_id, pieces in package.contents.items():
            packed[line_id] += pieces
    if packed.keys() - lines.keys():
        raise NotFound("ShipmentLine").at("packages")
    for line_id, line in lines.items():
        if packed[line_id] != line.quantity:
            sku = (await sku_facts(work, [line.sku_id]))[line.sku_id]
            raise PackagesDiffer(sku.name, packed[line_id], line.quantity)


async def _known(work: Work, shipment_id: UUID) -> dict[int, tuple[ShipmentPackage, Packed]]:
    rows = select(ShipmentPackage).where(ShipmentPackage.shipment_id == shipment_id)
    packages = (await work.session.scalars(rows.order_by(ShipmentPackage.number))).all()
    if not packages:
        return {}
    ids = [row.id for row in packages]
    inside = select(PackageContent).where(PackageContent.package_id.in_(ids))
    contents: dict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for row in await work.session.scalars(inside):
        contents[row.package_id][row.shipment_line_id] = row.quantity
    return {row.number: (row, _as_packed(row, contents[row.id])) for row in packages}


def _as_packed(row: ShipmentPackage, contents: Mapping[UUID, Decimal]) -> Packed:
    return Packed(PackagingLevel(row.level) if row.level else None, row.weight_kg, contents)


async def _drop(work: Work, ids: Collection[UUID]) -> None:
    if ids:
        held = PackageContent.tenant_id == work.tenant_id, PackageContent.package_id.in_(ids)
        await work.session.execute(delete(PackageContent).where(*held))
        gone = ShipmentPackage.tenant_id == work.tenant_id, ShipmentPackage.id.in_(ids)
        await work.session.execute(delete(ShipmentPackage).where(*gone))


async def _add(
    work: Work, shipment_id: UUID, packages: Sequence[tuple[int, Packed]]
) -> dict[int, str]:
    if not packages:
        return {}
    codes = await new_codes(work, len(packages))
    ids = [new_id() for _ in packages]
    rows = [
        {
            "id": package_id,
            "shipment_id": shipment_id,
            "seller_id": work.actor.own_organisation,
            "number": number,
            "sscc": code,
            "level": package.level,
            "weight_kg": package.weight_kg,
            "packed_at": work.now,
            "packed_by_membership_id": work.actor.membership_id,
        }
        for package_id, code, (number, package) in zip(ids, codes, packages, strict=True)
    ]
    await work.insert(ShipmentPackage, rows)
    contents = [
        {"package_id": package_id, "shipment_line_id": line_id, "quantity": pieces}
        for package_id, (_, package) in zip(ids, packages, strict=True)
        for line_id, pieces in package.contents.items()
    ]
    await work.insert(PackageContent, contents)
    return {number: code for code, (number, _) in zip(codes, packages, strict=True)}
