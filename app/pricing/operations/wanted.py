"""What a person wants a price to be, checked and in pieces; refusals name `entries.3.amount`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.catalog.errors import FractionalPieces, NoSuchPackaging
from app.catalog.models import Brand, Category
from app.catalog.operations import SkuFacts, known_facts
from app.db.work import Work
from app.kernel import quantity as exact
from app.kernel.errors import DomainError, Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.money import AmountOutOfRange, checked_amount
from app.kernel.quantity import PackagingLevel
from app.pricing.errors import AmountNeedsSku, PercentOnBaseList, PriceEntryRepeated
from app.pricing.models import PriceList
from app.pricing.operations.lines import Facts
from app.pricing.rules import PriceKind

MOST_PERCENT = Decimal("99999.9999")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """One price as a person types it, for a SKU, a brand in a category, a category or everything.

    `from_quantity` counts `from_unit`; `amount` is per `packaging_level`, or per piece without
    one; instead of an amount, `percent_of_list` 88 means 88 % of the seller's base price.
    """

    sku_id: UUID | None = None
    brand_id: UUID | None = None
    category_id: UUID | None = None
    packaging_level: PackagingLevel | None = None
    from_quantity: Decimal = Decimal(0)
    from_unit: PackagingLevel = PackagingLevel.PIECE
    amount: Decimal | None = None
    percent_of_list: Decimal | None = None


class EntryKey(NamedTuple):
    """What an entry sets the price of: entries of one key follow each other in time."""

    sku_id: UUID | None
    brand_id: UUID | None
    category_id: UUID | None
    packaging_level: str | None
    from_quantity: Decimal


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked price; the threshold in its key is in pieces."""

    key: EntryKey
    amount: Decimal | None
    percent_of_list: Decimal | None
    is_removed: bool = False

    def row(
        self, list_id: UUID, number: int, start: datetime, end: datetime | None
    ) -> dict[str, Any]:
        """Return it as a row of a change set, the `number`th of its call."""
        return {
            "id": new_id(),
            "number": number,
            "price_list_id": list_id,
            **self.key._asdict(),
            "amount": self.amount,
            "percent_of_list": self.percent_of_list,
            "is_removed": self.is_removed,
            "valid_from": start.isoformat(),
            "valid_until": end.isoformat() if end else None,
        }


@dataclass(frozen=True, slots=True)
class Known:
    """What of the things named by the changes exists."""

    facts: Facts
    brands: frozenset[UUID]
    categories: frozenset[UUID]


def checked(price_list: PriceList, known: Known, changes: Sequence[PriceChange]) -> list[Wanted]:
    """Check all changes in their order; the first fault is raised, pointing at its field."""
    wanted: dict[EntryKey, Wanted] = {}
    for place, change in enumerate(changes):
        try:
            found = checked_change(price_list, known, change)
            if found.key in wanted:
                raise PriceEntryRepeated(list(wanted).index(found.key)).at("")
        except DomainError as fault:
            raise fault.at(f"entries.{place}.{fault.path}".rstrip(".")) from None
        wanted[found.key] = found
    return list(wanted.values())


async def known_things(work: Work, changes: Iterable[PriceChange]) -> Known:
    """Read what exists of the SKUs, brands and categories that the changes name."""
    changes = list(changes)
    brands = {change.brand_id for change in changes if change.brand_id}
    categories = {change.category_id for change in changes if change.category_id}
    return Known(
        await known_facts(work, {change.sku_id for change in changes if change.sku_id}),
        await _existing(work, Brand, brands),
        await _existing(work, Category, categories),
    )


async def _existing(work: Work, table: type[Brand | Category], ids: set[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    return frozenset(await work.session.scalars(select(table.id).where(table.id.in_(ids))))


def checked_change(
    price_list: PriceList, known: Known, change: PriceChange, *, is_removed: bool = False
) -> Wanted:
    """Check one change; the fault points at its field. What is removed needs no price."""
    sku = _scope(known, change)
    if is_removed:
        _check_removal(change)
    else:
        _check_price(price_list, change)
    level = change.packaging_level
    if sku is not None and level is not None:
        _factor(sku, level, "packagingLevel")
    key = EntryKey(
        change.sku_id, change.brand_id, change.category_id, level, _threshold(sku, change)
    )
    return Wanted(key, change.amount, change.percent_of_list, is_removed)


def _scope(known: Known, change: PriceChange) -> SkuFacts | None:
    if change.sku_id is not None and (change.brand_id or change.category_id) is not None:
        raise Invalid("skuId", "stands alone: leave out brandId and categoryId")
    if change.brand_id is not None and change.category_id is None:
        raise Invalid("categoryId", "must be given with a brandId")
    if change.category_id is not None and change.category_id not in known.categories:
        raise NotFound("Category").at("categoryId")
    if change.brand_id is not None and change.brand_id not in known.brands:
        raise NotFound("Brand").at("brandId")
    if change.sku_id is not None and change.sku_id not in known.facts:
        raise NotFound("Sku").at("skuId")
    return known.facts[change.sku_id] if change.sku_id else None


def _check_removal(change: PriceChange) -> None:
    if change.amount is not None or change.percent_of_list is not None:
        raise Invalid("amount", "must be empty, as percentOfList, where the price is taken away")


def _check_price(price_list: PriceList, change: PriceChange) -> None:
    if (change.amount is None) == (change.percent_of_list is None):
        raise Invalid("amount", "give either an amount or percentOfList")
    if change.amount is not None:
        if change.sku_id is None:
            raise AmountNeedsSku
        _check_number("amount", change.amount)
    if change.percent_of_list is not None:
        if price_list.kind == PriceKind.BASE:
            raise PercentOnBaseList(price_list.name)
        _check_number("percentOfList", change.percent_of_list)
        if change.percent_of_list > MOST_PERCENT:
            raise Invalid("percentOfList", f"must be at most {MOST_PERCENT}")


def _check_number(field: str, number: Decimal) -> None:
    if number < 0:
        raise Invalid(field, "must not be negative")
    try:
        checked_amount(number)
    except AmountOutOfRange as beyond:
        raise Invalid(field, str(beyond)) from beyond


def _threshold(sku: SkuFacts | None, change: PriceChange) -> Decimal:
    if change.from_quantity < 0:
        raise Invalid("fromQuantity", "must not be negative")
    if sku is None and change.from_unit is not PackagingLevel.PIECE:
        raise Invalid("fromUnit", "must be PIECE where no SKU says how many pieces it holds")
    factor = _factor(sku, change.from_unit, "fromUnit") if sku else Decimal(1)
    try:
        return exact.to_base(change.from_quantity, factor)
    except exact.FractionalPieces:
        code = sku.code if sku else "everything"
        refused = FractionalPieces(code, change.from_unit, change.from_quantity)
        raise refused.at("fromQuantity") from None
    except exact.QuantityOutOfRange as beyond:
        raise Invalid("fromQuantity", str(beyond)) from beyond


def _factor(sku: SkuFacts, level: PackagingLevel, field: str) -> Decimal:
    if level not in sku.packaging:
        raise NoSuchPackaging(sku.code, level, ", ".join(sku.packaging)).at(field)
    return sku.packaging[level]
