"""The words by which products are ordered: brands, categories and tax categories (R0-9)."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.catalog.errors import CatalogNameTaken
from app.catalog.models import Brand, Category, CategoryAncestry, TaxCategory
from app.catalog.operations import check_open_category
from app.catalog.rules import checked_language, checked_text
from app.db.work import Work
from app.kernel.errors import Invalid
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_WHOLE = Decimal(100)
_STEP = Decimal("0.0001")


@requires(Permission.PRODUCT_WRITE)
async def create_brand(work: Work, name: str) -> Brand:
    """Add a brand to the network's; raises `CatalogNameTaken`."""
    brand = Brand(name=checked_text(name, "name"))
    await _add(work, "brand", brand, Brand.name == brand.name)
    return brand


@requires(Permission.PRODUCT_WRITE)
async def create_category(
    work: Work, name: str, parent_id: UUID | None = None, language: str | None = None
) -> Category:
    """Add a category below another, or at the root; the own organisation keeps it.

    Raises `CatalogNameTaken`, `CategoryRetired`, `Invalid`, `NotFound`.
    """
    await check_open_category(work, parent_id, "parentId")
    category = Category(
        name=checked_text(name, "name"),
        parent_id=parent_id,
        language=language and checked_language(language, "language"),
        made_by_organisation_id=work.actor.organisation_id,
    )
    sister = Category.parent_id.is_not_distinct_from(parent_id) & (Category.name == category.name)
    await _add(work, "category", category, sister)
    above = select(
        CategoryAncestry.tenant_id,
        CategoryAncestry.ancestor_id,
        literal(category.id),
        CategoryAncestry.distance + 1,
    ).where(
        CategoryAncestry.tenant_id == work.tenant_id, CategoryAncestry.descendant_id == parent_id
    )
    itself = select(literal(work.tenant_id), literal(category.id), literal(category.id), literal(0))
    await work.session.execute(
        insert(CategoryAncestry).from_select(
            ["tenant_id", "ancestor_id", "descendant_id", "distance"], above.union_all(itself)
        )
    )
    return category


@requires(Permission.PRODUCT_WRITE)
async def create_tax_category(work: Work, name: str, rate_percent: Decimal) -> TaxCategory:
    """Add a rate of value-added tax, in percent; raises `CatalogNameTaken`, `Invalid`."""
    if not 0 <= rate_percent <= _WHOLE or rate_percent % _STEP:
        raise Invalid("ratePercent", "must be 0 to 100 with at most 4 places")
    tax = TaxCategory(name=checked_text(name, "name"), rate_percent=rate_percent)
    await _add(work, "tax category", tax, TaxCategory.name == tax.name)
    return tax


async def _add(
    work: Work, kind: str, row: Brand | Category | TaxCategory, twin: ColumnElement[bool]
) -> None:
    refusal = CatalogNameTaken(kind, row.name)
    taken = exists().where(type(row).tenant_id == work.tenant_id, twin)
    if await work.session.scalar(select(taken)):
        raise refusal
    try:
        await work.save(row)
    except IntegrityError:
        raise refusal from None
    subject = kind.replace(" ", "_")
    record(work, f"CREATE_{subject.upper()}", subject, row.id, after={"name": row.name})
