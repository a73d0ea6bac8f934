"""Products from a table: a row for each SKU, rows of one product and brand together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_

from app.audit.operations import record
from app.catalog.errors import GtinTaken
from app.catalog.models import Brand, Category, Product, Sku, SkuPackaging, TaxCategory
from app.catalog.operations import concerned_by, index_products
from app.catalog.rules import LONGEST_DESCRIPTION, NewPackaging, NewSku, checked_sku, checked_text
from app.db.bulk import update_rows
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.exchange.errors import CannotChange
from app.exchange.rules.rows import Row, number, whole
from app.kernel.errors import DomainError
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.pricing.errors import CellUnreadable, UnknownInFile

_LEVELS = (PackagingLevel.INNER, PackagingLevel.CASE, PackagingLevel.PALLET)
_COLUMNS = {"code": "sku", "name": "size", "shelfLifeDays": "shelf_life_days"}


@dataclass(frozen=True, slots=True)
class _Read:
    """A row that can be understood, with what its names stand for."""

    row: Row
    product: str
    brand_id: UUID
    category_id: UUID
    description: str
    sku: NewSku


@dataclass(slots=True)
class _Known:
    """What is there already of what rows are about."""

    skus: Mapping[str, Sku]
    packs: Mapping[UUID, Mapping[str, SkuPackaging]]
    products: dict[tuple[str, UUID], Product]
    by_id: Mapping[UUID, Product]
    gtins: dict[str, str]


@dataclass(slots=True)
class _Plan:
    """What is to be written."""

    products: list[Product] = field(default_factory=list[Product])
    changed: dict[UUID, tuple[Product, dict[str, Any]]] = field(
        default_factory=dict[UUID, tuple[Product, dict[str, Any]]]
    )
    touched: dict[UUID, Product] = field(default_factory=dict[UUID, Product])
    skus: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    packs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


async def write_products(work: Work, run_id: UUID, rows: Sequence[Row]) -> None:
    """Make what is new, change descriptions and categories; rows at fault are told so and left.

    SKUs that are as they stand there stay; what no command changes of a SKU, no import does.
    """
    read = await _understood(work, rows)
    if not read:
        return
    known, plan = await _known(work, read), _Plan()
    for each in read:
        _take(work, known, plan, each)
    await _write(work, plan)
    if plan.skus or plan.changed:
        after = {"skus": len(plan.skus), "changed": len(plan.changed)}
        record(work, "IMPORT_PRODUCTS", "import_run", run_id, after=after)


async def _understood(work: Work, rows: Sequence[Row]) -> list[_Read]:
    brands = await _named(work, Brand, rows, "brand")
    categories = await _named(work, Category, rows, "category")
    taxes = await _named(work, TaxCategory, rows, "tax_category")
    found: list[_Read] = []
    for row in rows:
        brand = _one(row, brands, "brand")
        category = _one(row, categories, "category")
        tax = _one(row, taxes, "tax_category")
        if brand and category and tax and (each := _read(row, brand, category, tax)):
            found.append(each)
    return found


async def _named(
    work: Work, table: type[Brand | Category | TaxCategory], rows: Sequence[Row], column: str
) -> dict[str, list[UUID]]:
    statement = (
        select(table.name, func.array_agg(table.id).label("ids"))
        .where(table.name.in_({row.text(column) for row in rows}))
        .group_by(table.name)
    )
    return {row.name: row.ids for row in await work.session.execute(statement)}


def _one(row: Row, names: Mapping[str, Sequence[UUID]], column: str) -> UUID | None:
    found, word = names.get(row.text(column), ()), column.replace("_", " ")
    if len(found) == 1:
        return found[0]
    what = f"single {word}: several have the name" if found else word
    row.blame(column, UnknownInFile(what, row.text(column)))
    return None


def _read(row: Row, brand_id: UUID, category_id: UUID, tax_id: UUID) -> _Read | None:
    packaging = [NewPackaging(PackagingLevel.PIECE, Decimal(1), row.text("gtin") or None)]
    for unit in _LEVELS:
        word = unit.value.lower()
        factor, gtin = row.read(f"pieces_in_{word}", number), row.text(f"gtin_of_{word}") or None
        if factor is not None:
            packaging.append(NewPackaging(unit, factor, gtin))
        elif gtin and not row.text(f"pieces_in_{word}"):
            wanted = f"how many pieces: {gtin} needs it."
            row.blame(f"pieces_in_{word}", CellUnreadable("An empty cell", wanted))
    new = NewSku(
        row.text("sku"), row.text("size"), tax_id, row.read("shelf_life_days", whole), packaging
    )
    if len(row.text("description")) > LONGEST_DESCRIPTION:
        row.blame("description", CellUnreadable("So long a text", "one that can be kept."))
    try:
        sku = checked_sku(new, "row")
        name = checked_text(row.text("product"), "product")
    except DomainError as error:
        row.blame(_column_of(error.path, packaging), error)
        return None
    if row.faults:
        return None
    row.key = sku.code
    return _Read(row, name, brand_id, category_id, row.text("description"), sku)


def _column_of(path: str, packaging: Sequence[NewPackaging]) -> str:
    parts = path.split(".")
    if "packaging" not in parts:
        return _COLUMNS.get(parts[-1], parts[-1])
    unit = packaging[int(parts[parts.index("packaging") + 1])].level
    if parts[-1] == "gtin":
        return "gtin" if unit is PackagingLevel.PIECE else f"gtin_of_{unit.value.lower()}"
    return f"pieces_in_{unit.value.lower()}"


async def _known(work: Work, read: Sequence[_Read]) -> _Known:
    """Look up what is there; four statements."""
    own = work.actor.own_organisation
    codes = {each.sku.code for each in read}
    skus = await work.session.scalars(select(Sku).where(Sku.owner_id == own, Sku.code.in_(codes)))
    by_code = {sku.code: sku for sku in skus}
    gtins = {gtin for each in read for gtin in _gtins(each)}
    packs = await work.session.scalars(
        select(SkuPackaging).where(
            SkuPackaging.owner_id == own,
            SkuPackaging.sku_id.in_([sku.id for sku in by_code.values()])
            | SkuPackaging.gtin.in_(gtins),
        )
    )
    of_sku: dict[UUID, dict[str, SkuPackaging]] = {}
    for pack in packs:
        of_sku.setdefault(pack.sku_id, {})[pack.level] = pack
    names = {(each.product, each.brand_id) for each in read}
    products = await work.session.scalars(
        select(Product)
        .where(
            Product.owner_id == own,
            tuple_(Product.name, Product.brand_id).in_(names)
            | Product.id.in_([sku.product_id for sku in by_code.values()]),
        )
        .order_by(Product.id)
    )
    found = list(products)
    taken = {
        pack.gtin: str(sku_id)
        for sku_id, units in of_sku.items()
        for pack in units.values()
        if pack.gtin
    }
    named = {(each.name, each.brand_id): each for each in reversed(found)}
    return _Known(by_code, of_sku, named, {each.id: each for each in found}, taken)


def _gtins(each: _Read) -> Iterable[str]:
    return (unit.gtin for unit in each.sku.packaging if unit.gtin)


def _take(work: Work, known: _Known, plan: _Plan, each: _Read) -> None:
    present = known.skus.get(each.sku.code)
    if present is not None:
        _compare(known, each, present)
        if not each.row.faults:
            _describe(plan, known.by_id[present.product_id], each)
        return
    sku_id = new_id()
    for gtin in _gtins(each):
        if known.gtins.setdefault(gtin, str(sku_id)) != str(sku_id):
            column = next(name for name, text in each.row.cells.items() if gtin in text)
            each.row.blame(column, GtinTaken(gtin))
    if each.row.faults:
        return
    product = known.products.get((each.product, each.brand_id))
    if product is None:
        product = _new_product(work, each)
        known.products[each.product, each.brand_id] = product
        plan.products.append(product)
    else:
        _describe(plan, product, each)
    plan.touched[product.id] = product
    plan.skus.append(_sku_row(sku_id, product, each.sku))
    plan.packs += [
        {
            "sku_id": sku_id,
            "owner_id": product.owner_id,
            "level": unit.level,
            "factor": unit.factor,
            "gtin": unit.gtin,
            "container_id": None,
        }
        for unit in each.sku.packaging
    ]


def _compare(known: _Known, each: _Read, present: Sku) -> None:
    """Note where a row says of a SKU what no command can make true."""
    product = known.by_id[present.product_id]
    facts: list[tuple[str, object, object]] = [
        ("product", each.product, product.name),
        ("brand", each.brand_id, product.brand_id),
        ("tax_category", each.sku.tax_category_id, present.tax_category_id),
        ("size", each.sku.name, present.name),
        ("shelf_life_days", each.sku.shelf_life_days, present.shelf_life_days),
    ]
    packs = known.packs.get(present.id, {})
    for unit in (PackagingLevel.PIECE, *_LEVELS):
        word = unit.value.lower()
        wanted = next((each for each in each.sku.packaging if each.level is unit), None)
        held = packs.get(unit.value)
        gtin = "gtin" if unit is PackagingLevel.PIECE else f"gtin_of_{word}"
        if unit is not PackagingLevel.PIECE:
            factor = held.factor if held else None
            facts.append((f"pieces_in_{word}", wanted.factor if wanted else None, factor))
        facts.append((gtin, wanted.gtin if wanted else None, held.gtin if held else None))
    for column, given, there in facts:
        if given is not None and given != there:
            shown = "another" if isinstance(there, UUID) else _shown(there)
            what = f"{column} of {present.code}"
            each.row.blame(column, CannotChange(what, shown))


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "empty" if value is None else str(value)


def _describe(plan: _Plan, product: Product, each: _Read) -> None:
    """Let a product be described as the last of its rows says; an empty description keeps it."""
    if product in plan.products:
        product.category_id = each.category_id
        product.description = each.description or product.description
        return
    now = {"description": product.description, "category_id": product.category_id}
    planned = plan.changed.get(product.id, (product, now))[1]
    wanted = {
        "description": each.description or planned["description"],
        "category_id": each.category_id,
    }
    if wanted == now:
        plan.changed.pop(product.id, None)
    else:
        plan.changed[product.id] = product, wanted


def _new_product(work: Work, each: _Read) -> Product:
    return Product(
        id=new_id(),
        owner_id=work.actor.own_organisation,
        brand_id=each.brand_id,
        category_id=each.category_id,
        name=each.product,
        description=each.description,
        created_at=work.now,
        indexed_as=each.product,
    )


def _sku_row(sku_id: UUID, product: Product, sku: NewSku) -> dict[str, Any]:
    return {
        "id": sku_id,
        "product_id": product.id,
        "owner_id": product.owner_id,
        "tax_category_id": sku.tax_category_id,
        "code": sku.code,
        "name": sku.name,
        "shelf_life_days": sku.shelf_life_days,
    }


async def _write(work: Work, plan: _Plan) -> None:
    """Write a plan; the statements do not grow with it."""
    changes = [{"id": key, **wanted} for key, (_, wanted) in plan.changed.items()]
    await update_rows(work, Product, changes)
    for product, wanted in plan.changed.values():
        changed = {name: value for name, value in wanted.items() if getattr(product, name) != value}
        before = {name: str(getattr(product, name)) for name in changed}
        after = {name: str(value) for name, value in changed.items()}
        record(work, "CHANGE_PRODUCT", "product", product.id, before=before, after=after)
        data = {"fields": list(changed), **concerned_by(product)}
        work.tell(DomainEvent("product_changed", "product", product.id, data))
    await work.save(*plan.products)
    if plan.skus:
        await work.insert(Sku, plan.skus)
        await work.insert(SkuPackaging, plan.packs)
        await index_products(work, list(plan.touched.values()))
