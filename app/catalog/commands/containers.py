"""Returnable containers, and which packs stand in them (domain.md (b) 31, P13)."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.catalog import locks
from app.catalog.errors import CatalogNameTaken, NoSuchPackaging
from app.catalog.models import ReturnableContainer, Sku, SkuPackaging
from app.catalog.operations import check_known, packaging_of
from app.catalog.rules import checked_text
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import AmountOutOfRange, checked_amount, typed_currency
from app.kernel.quantity import PackagingLevel
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of


@requires(Permission.PRODUCT_WRITE)
async def create_returnable_container(
    work: Work, name: str, deposit: Decimal, currency: str | None = None
) -> ReturnableContainer:
    """Add a bottle, crate or keg to the network's, with the deposit for one of it.

    Without a currency it is the network's. Raises `CatalogNameTaken`, `Invalid`.
    """
    name = checked_text(name, "name")
    code = currency or (await tenant_of(work)).currency
    _check_deposit(deposit, code)
    taken = exists().where(
        ReturnableContainer.tenant_id == work.tenant_id, ReturnableContainer.name == name
    )
    if await work.session.scalar(select(taken)):
        raise CatalogNameTaken("returnable container", name)
    container = ReturnableContainer(name=name, deposit=deposit, currency=code)
    try:
        await work.save(container)
    except IntegrityError:
        raise CatalogNameTaken("returnable container", name) from None
    after = {"name": name, "deposit": str(deposit), "currency": code}
    record(work, "CREATE_RETURNABLE_CONTAINER", "returnable_container", container.id, after=after)
    return container


@requires(Permission.PRODUCT_WRITE)
async def set_packaging_container(
    work: Work, sku_id: UUID, level: PackagingLevel, container_id: UUID | None
) -> Sku:
    """Say in which container each pack of an own SKU stands, or in none.

    Orders keep the deposits they were placed at. Raises `NoSuchPackaging`, `NotFound`.
    """
    sku = await _own_sku(work, sku_id)
    await check_known(work, ReturnableContainer, container_id, "containerId")
    packs = {row.level: row for row in (await packaging_of(work, [sku_id])).get(sku_id, [])}
    pack = packs.get(level)
    if pack is None:
        raise NoSuchPackaging(sku.code, level, ", ".join(packs)).at("packagingLevel")
    before = _shown(pack)
    pack.container_id = container_id
    record(work, "SET_PACKAGING_CONTAINER", "sku", sku_id, before=before, after=_shown(pack))
    return sku


async def _own_sku(work: Work, sku_id: UUID) -> Sku:
    sku = await work.session.scalar(select(Sku).where(Sku.id == sku_id))
    if sku is None or await locks.own_product(work, sku.product_id) is None:
        raise NotFound("Sku").at("skuId")
    return sku


def _check_deposit(deposit: Decimal, currency: str) -> None:
    try:
        checked_amount(deposit)
    except AmountOutOfRange as beyond:
        raise Invalid("deposit", str(beyond)) from beyond
    typed_currency(currency)
    if deposit < 0:
        raise Invalid("deposit", "must not be negative")


def _shown(pack: SkuPackaging) -> dict[str, str | None]:
    container = pack.container_id
    return {"level": pack.level, "containerId": str(container) if container else None}
