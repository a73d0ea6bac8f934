"""What a file of prices names, looked up for all of its lines at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.catalog.models import Brand, Category
from app.db.work import Work
from app.pricing.errors import PriceCurrencyWrong, UnknownInFile
from app.pricing.models import PriceList
from app.pricing.operations.coded import skus_coded
from app.pricing.operations.putting import RowChange
from app.pricing.operations.scope import own_lists
from app.pricing.operations.wanted import PriceChange
from app.pricing.rules.price_file import FilePrice, FileRow


@dataclass(frozen=True, slots=True)
class FileNames:
    """What the file's names stand for; a name that two things have stands for none."""

    lists: Mapping[str, Sequence[PriceList]]
    skus: Mapping[str, Sequence[UUID]]
    brands: Mapping[str, UUID]
    categories: Mapping[str, Sequence[UUID]]


async def names_of(work: Work, lines: Sequence[FileRow]) -> FileNames:
    """Look up all names of a file; four statements."""

    def texts(column: str) -> list[str]:
        return sorted({line.text(column) for line in lines} - {""})

    def said(column: str) -> Any:
        return any_(literal(texts(column), ARRAY(Text())))

    lists = await work.session.scalars(
        select(PriceList).where(own_lists(work), PriceList.name == said("price_list"))
    )
    skus = await skus_coded(work, texts("sku"))
    brands = await work.session.execute(
        select(Brand.name, Brand.id).where(Brand.name == said("brand"))
    )
    categories = await work.session.execute(
        select(Category.name, func.array_agg(Category.id).label("ids"))
        .where(Category.name == said("category"))
        .group_by(Category.name)
    )
    named: dict[str, list[PriceList]] = {}
    for price_list in lists:
        named.setdefault(price_list.name, []).append(price_list)
    return FileNames(
        named,
        skus,
        {row.name: row.id for row in brands},
        {row.name: row.ids for row in categories},
    )


def row_of(names: FileNames, line: FileRow, price: FilePrice) -> RowChange:
    """Return a line as a row of a change set; raises at the column that names nothing."""
    price_list = _list(names, line)
    change = PriceChange(
        sku_id=_sku(names, line),
        brand_id=_one(names.brands, line, "brand", "brand"),
        category_id=_category(names, line),
        packaging_level=price.packaging_level,
        from_quantity=price.from_quantity,
        amount=price.amount,
        percent_of_list=price.percent_of_list,
    )
    return RowChange(
        list_id=price_list.id,
        change=change,
        first_day=price.first_day,
        last_day=price.last_day,
        is_removed=price.is_removed,
    )


def _list(names: FileNames, line: FileRow) -> PriceList:
    found = names.lists.get(given := line.text("price_list"), ())
    if len(found) != 1:
        what = "price list" if not found else "single price list: several have the name"
        raise UnknownInFile(what, given).at("price_list")
    currency = line.text("currency").upper()
    if currency and currency != found[0].currency:
        raise PriceCurrencyWrong(found[0].name, found[0].currency, currency)
    return found[0]


def _one(known: Mapping[str, UUID], line: FileRow, column: str, what: str) -> UUID | None:
    given = line.text(column)
    if given and given not in known:
        raise UnknownInFile(what, given).at(column)
    return known[given] if given else None


def _sku(names: FileNames, line: FileRow) -> UUID | None:
    given = line.text("sku")
    found = names.skus.get(given, ())
    if given and len(found) != 1:
        several = "single SKU: several owners use the code"
        raise UnknownInFile("SKU with the code" if not found else several, given).at("sku")
    return found[0] if given else None


def _category(names: FileNames, line: FileRow) -> UUID | None:
    given = line.text("category")
    found = names.categories.get(given, ())
    if given and len(found) != 1:
        what = "category" if not found else "single category: several have the name"
        raise UnknownInFile(what, given).at("category")
    return found[0] if given else None
