"""What the brand makes, what each seller asks for it, and what lies in the warehouses."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from app.catalog.commands import (
    NewProduct,
    create_brand,
    create_category,
    create_product,
    create_tax_category,
)
from app.catalog.models import Sku
from app.catalog.rules import NewPackaging, NewSku
from app.db.work import Work
from app.inventory.commands import GoodsIn, WarehouseDraft, create_warehouse, receive_stock
from app.kernel.quantity import PackagingLevel
from app.listings.commands import list_product
from app.organisations.models import CustomerLevel
from app.pricing.commands.entries import PriceChanges, set_prices
from app.pricing.commands.lists import NewPriceList, create_price_list
from app.pricing.operations.wanted import PriceChange
from app.pricing.rules import PriceKind
from launch.seed.data import SampleProduct, Size, organisations, products
from launch.seed.network import BRAND, FOUNDED_DAYS_AGO
from launch.seed.stage import Stage

CONTRACT_BUYER = "Bund Convenience"
CONTRACT_SELLER = "East Harbour Distribution"
CONTRACT_LINE = "Riverside Jasmine Tea"
SHARE_OF_LIST = {"BRAND": "0.80", "DISTRIBUTOR": "1.00", "SUB_DISTRIBUTOR": "1.08"}
PERCENT_OF_LEVEL = {"Gold": Decimal(88), "Silver": Decimal(94)}
CASE_SHARE = Decimal("0.97")
MANY_CASES, MANY_CASES_SHARE = Decimal(10), Decimal("0.94")
CASES_IN_STOCK = {"BRAND": 400, "DISTRIBUTOR": 60, "SUB_DISTRIBUTOR": 12}
SMALL_RANGE = ("Beverages", "Pantry/Instant noodles")
RARE, OLD = 23, 9
MOST_PRICES, MOST_GOODS = 1_000, 500
_FEN = Decimal("0.01")
Item = TypeVar("Item")


async def write_catalogue(stage: Stage) -> None:
    """Create and list every product, as the brand's administrator."""
    work = stage.as_("ENTERPRISE_ADMIN", BRAND, days_ago=FOUNDED_DAYS_AGO)
    known = list(products())
    brands = {name: (await create_brand(work, name)).id for name in _each(known, "brand")}
    taxes = {
        rate: (await create_tax_category(work, f"{rate} %", Decimal(rate))).id
        for rate in _each(known, "tax_percent")
    }
    categories = await _categories(work, _each(known, "category"))
    for product in known:
        new = NewProduct(
            name=product.name,
            brand_id=brands[product.brand],
            category_id=categories[product.category],
            skus=[_sku(product, size, taxes[product.tax_percent]) for size in product.sizes],
        )
        await list_product(work, (await create_product(work, new)).id)


async def write_prices(stage: Stage) -> None:
    """Give each seller a list with case prices and breaks, and a share of it for each level."""
    skus = await _skus(stage)
    levels = await _level_ids(stage)
    for seller, kind in sellers():
        work = stage.as_("ENTERPRISE_ADMIN", seller, days_ago=FOUNDED_DAYS_AGO)
        share = Decimal(SHARE_OF_LIST[kind])
        changes = [
            change
            for product in products()
            if is_carried(kind, product)
            for size in product.sizes
            for change in _ladder(skus[size.code], size, share, kind)
        ]
        await _list(work, stage, PriceKind.BASE, "List prices", changes)
        for level, percent in PERCENT_OF_LEVEL.items():
            every = PriceChange(percent_of_list=percent)
            level_id = levels[stage.organisations[seller], level]
            await _list(work, stage, PriceKind.LEVEL, f"{level} customers", [every], level=level_id)
    await _contract(stage, skus)


async def fill_warehouses(stage: Stage) -> None:
    """Take goods in: some SKUs are missing, and some have a lot that is soon too old to sell."""
    skus = await _skus(stage)
    for seller, kind in sellers():
        role = "ENTERPRISE_ADMIN" if kind == "SUB_DISTRIBUTOR" else "WAREHOUSE"
        work = stage.as_(role, seller, days_ago=FOUNDED_DAYS_AGO - 1)
        place = WarehouseDraft(f"{seller.split(maxsplit=1)[0]} warehouse", "", None, 0)
        warehouse = await create_warehouse(work, place)
        goods = list(_goods(stage, skus, kind))
        for part in _parts(goods, MOST_GOODS):
            key = f"sample {seller} {part[0].sku_id}"
            await receive_stock(work, key, warehouse, part)


def sellers() -> list[tuple[str, str]]:
    """Give all who sell, with their kind, from the top."""
    below = [(each.name, each.kind.value) for each in organisations()]
    return [(BRAND, "BRAND"), *(pair for pair in below if pair[1] != "RETAILER")]


def is_carried(kind: str, product: SampleProduct) -> bool:
    """Whether sellers of a kind carry a product: the small ones keep to drinks and noodles."""
    return kind != "SUB_DISTRIBUTOR" or product.category.startswith(SMALL_RANGE)


def _each(known: Sequence[SampleProduct], name: str):  # noqa: ANN202  # of the field's type
    return list(dict.fromkeys(getattr(product, name) for product in known))


async def _categories(work: Work, paths: Sequence[str]) -> dict[str, UUID]:
    made: dict[str, UUID] = {}
    for path in paths:
        above, _, name = path.rpartition("/")
        if above not in made:
            made[above] = (await create_category(work, above)).id
        made[path] = (await create_category(work, name, made[above])).id
    return made


def _sku(product: SampleProduct, size: Size, tax: UUID) -> NewSku:
    packs = [NewPackaging(pack.level, Decimal(pack.pieces), pack.gtin) for pack in size.packs]
    return NewSku(size.code, size.name, tax, product.shelf_life_days, packs)


async def _skus(stage: Stage) -> dict[str, UUID]:
    rows = await stage.work.session.execute(select(Sku.code, Sku.id))
    return dict(rows.tuples().all())


async def _level_ids(stage: Stage) -> dict[tuple[UUID, str], UUID]:
    statement = select(CustomerLevel.seller_id, CustomerLevel.name, CustomerLevel.id)
    rows = await stage.work.session.execute(statement)
    return {(seller, name): key for seller, name, key in rows}


def _ladder(sku: UUID, size: Size, share: Decimal, kind: str) -> Iterator[PriceChange]:
    """Give a price a piece, a lower one a case, and from many cases on a lower one still.

    The brand sells no single pieces, and the small sellers give no more for many cases.
    """
    piece = _fen(size.price * share)
    case = piece * size.pieces_a_case
    per_case = partial(PriceChange, sku_id=sku, packaging_level=PackagingLevel.CASE)
    if kind != "BRAND":
        yield PriceChange(sku_id=sku, amount=piece)
    yield per_case(amount=_fen(case * CASE_SHARE))
    if kind != "SUB_DISTRIBUTOR":
        yield per_case(
            from_quantity=MANY_CASES,
            from_unit=PackagingLevel.CASE,
            amount=_fen(case * MANY_CASES_SHARE),
        )


async def _contract(stage: Stage, skus: dict[str, UUID]) -> None:
    """Agree a lower case price for one line of tea with one retailer."""
    work = stage.as_("ENTERPRISE_ADMIN", CONTRACT_SELLER, days_ago=FOUNDED_DAYS_AGO)
    sizes = [
        size for product in products() if product.name == CONTRACT_LINE for size in product.sizes
    ]
    changes = [
        PriceChange(
            sku_id=skus[size.code],
            packaging_level=PackagingLevel.CASE,
            amount=_fen(size.price * size.pieces_a_case * Decimal("0.75")),
        )
        for size in sizes
    ]
    relationship = stage.relationships[CONTRACT_SELLER, CONTRACT_BUYER]
    name = f"Tea contract with {CONTRACT_BUYER}"
    await _list(work, stage, PriceKind.CONTRACT, name, changes, relationship=relationship)


async def _list(  # noqa: PLR0913  # a list has this many sides
    work: Work,
    stage: Stage,
    kind: PriceKind,
    name: str,
    changes: Sequence[PriceChange],
    *,
    level: UUID | None = None,
    relationship: UUID | None = None,
) -> None:
    new = NewPriceList(
        kind=kind,
        name=name,
        first_day=stage.at(FOUNDED_DAYS_AGO).date(),
        level_id=level,
        relationship_id=relationship,
    )
    made = await create_price_list(work, new, f"sample {name}")
    for part in _parts(changes, MOST_PRICES):
        await set_prices(work, made.row.id, PriceChanges(part))


def _goods(stage: Stage, skus: dict[str, UUID], kind: str) -> Iterator[GoodsIn]:
    today = stage.work.now.date()
    carried = (product for product in products() if is_carried(kind, product))
    sized = ((product, size) for product in carried for size in product.sizes)
    for place, (product, size) in enumerate(sized, start=1):
        if place % RARE == 0 and kind != "BRAND":
            continue
        sku, cases, life = skus[size.code], CASES_IN_STOCK[kind], product.shelf_life_days
        yield _lot(sku, cases, today - timedelta(days=FOUNDED_DAYS_AGO + life // 10), life)
        if place % OLD == 0:
            yield _lot(sku, max(2, cases // 10), today - timedelta(days=life - 18), life)


def _lot(sku: UUID, cases: int, produced_on: date, shelf_life_days: int) -> GoodsIn:
    return GoodsIn(
        sku_id=sku,
        level=PackagingLevel.CASE,
        quantity=Decimal(cases),
        lot_code=f"L{produced_on:%y%m%d}",
        produced_on=produced_on,
        expires_on=produced_on + timedelta(days=shelf_life_days),
    )


def _parts(items: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + most] for start in range(0, len(items), most))


def _fen(amount: Decimal) -> Decimal:
    return amount.quantize(_FEN, ROUND_HALF_UP)
