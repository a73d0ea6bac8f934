"""Keep the tree of categories right: rename, move, retire, and name in other languages (R0-9)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.catalog import locks as catalog_locks
from app.catalog.errors import (
    CatalogNameTaken,
    CategoryInUse,
    CategoryRetired,
    CategoryWithinItself,
)
from app.catalog.models import Category, CategoryAncestry, CategoryName, ListingStatus, Product
from app.catalog.rules import checked_language, checked_text
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.listings import locks
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_LANGUAGES = 30


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """What to change of a category; none keeps the value."""

    name: str | None = None
    language: str | None = None


@requires(Permission.PRODUCT_WRITE)
async def change_category(work: Work, category_id: UUID, change: CategoryChange) -> Category:
    """Rename a category that the own organisation keeps, or tell the language of its name.

    Raises `CatalogNameTaken`, `Invalid`, and `NotFound` for categories that others keep.
    """
    given = {
        "name": change.name if change.name is None else checked_text(change.name, "name"),
        "language": change.language and checked_language(change.language, "language"),
    }
    category = await locks.own_category(work, category_id)
    changed = {
        name: value
        for name, value in given.items()
        if value is not None and getattr(category, name) != value
    }
    if not changed:
        return category
    before = {name: getattr(category, name) for name in changed}
    if "name" in changed:
        await _check_free(work, category, category.parent_id, changed["name"])
    for name, value in changed.items():
        setattr(category, name, value)
    await _flush(work, category)
    record(work, "CHANGE_CATEGORY", "category", category_id, before=before, after=changed)
    return category


@requires(Permission.PRODUCT_WRITE)
async def move_category(work: Work, category_id: UUID, parent_id: UUID | None) -> Category:
    """Put a kept category, with all below it, under another or at the root.

    The same statements for any number below it. Prices and schemes that name a category above go by
    the new place from now on. Raises `CatalogNameTaken`, `CategoryRetired`,
    `CategoryWithinItself`, and `NotFound` for unknown parents and categories that others keep.
    """
    category = await locks.own_category(work, category_id)
    touched = {
        row.id: row for row in await catalog_locks.branch_of(work, category_id, below=parent_id)
    }
    if category.parent_id == parent_id:
        return category
    if parent_id is not None:
        await _check_parent(work, category, parent_id, touched.get(parent_id))
    await _check_free(work, category, parent_id, category.name)
    before = {"parentId": category.parent_id and str(category.parent_id)}
    category.parent_id = parent_id
    await _flush(work, category)
    await _hang(work, category_id, parent_id)
    after = {"parentId": parent_id and str(parent_id)}
    record(work, "MOVE_CATEGORY", "category", category_id, before=before, after=after)
    return category


@requires(Permission.PRODUCT_WRITE)
async def retire_category(work: Work, category_id: UUID) -> Category:
    """Take a kept category out of use: no product goes into it any more; again changes nothing.

    What was delisted stays in it. Raises `CategoryInUse` while listed products or categories that
    are not retired stand in it, and `NotFound`.
    """
    category = await locks.own_category(work, category_id)
    if category.retired_at is not None:
        return category
    listed = exists().where(
        Product.tenant_id == work.tenant_id,
        Product.category_id == category_id,
        Product.status == ListingStatus.LISTED,
    )
    below = exists().where(
        Category.tenant_id == work.tenant_id,
        Category.parent_id == category_id,
        Category.retired_at.is_(None),
    )
    has_listed, has_below = (await work.session.execute(select(listed, below))).one()
    if has_listed:
        raise CategoryInUse(category.name, "products in it are listed")
    if has_below:
        raise CategoryInUse(category.name, "categories below it are in use")
    category.retired_at = work.now
    record(work, "RETIRE_CATEGORY", "category", category_id)
    return category


@requires(Permission.PRODUCT_WRITE)
async def reopen_category(work: Work, category_id: UUID) -> Category:
    """Bring a retired category back into use; again changes nothing.

    Raises `CategoryRetired` where the one above it is retired, and `NotFound`.
    """
    category = await locks.own_category(work, category_id)
    if category.retired_at is None:
        return category
    if category.parent_id is not None:
        above = await catalog_locks.category_to_fill(work, category.parent_id)
        if above is not None and above.retired_at is not None:
            raise CategoryRetired(above.name)
    category.retired_at = None
    record(work, "REOPEN_CATEGORY", "category", category_id)
    return category


@requires(Permission.PRODUCT_WRITE)
async def set_category_name(
    work: Work, category_id: UUID, language: str, name: str | None
) -> Category:
    """Set what a kept category is called in another language; without a name, in none there.

    Raises `Invalid`, and `NotFound` for categories that others keep.
    """
    tag = checked_language(language, "language")
    text = None if name is None else checked_text(name, "name")
    category = await locks.own_category(work, category_id)
    if tag == category.language:
        raise Invalid("language", "is that of the category's own name; change the category")
    rows = await work.session.execute(
        select(CategoryName.language, CategoryName.name).where(
            CategoryName.category_id == category_id
        )
    )
    known = {row.language: row.name for row in rows}
    if known.get(tag) == text:
        return category
    if text is not None and tag not in known and len(known) >= MOST_LANGUAGES:
        raise Invalid("language", f"must be at most {MOST_LANGUAGES} for a category")
    await _write_name(work, category_id, tag, text)
    field = f"name ({tag})"
    before = {field: known[tag]} if tag in known else {}
    after = {} if text is None else {field: text}
    record(work, "SET_CATEGORY_NAME", "category", category_id, before=before, after=after)
    return category


async def _check_parent(
    work: Work, category: Category, parent_id: UUID, parent: Category | None
) -> None:
    if parent is None:
        raise NotFound("Category").at("parentId")
    inside = exists().where(
        CategoryAncestry.tenant_id == work.tenant_id,
        CategoryAncestry.ancestor_id == category.id,
        CategoryAncestry.descendant_id == parent_id,
    )
    if await work.session.scalar(select(inside)):
        raise CategoryWithinItself(category.name)
    if parent.retired_at is not None and category.retired_at is None:
        raise CategoryRetired(parent.name).at("parentId")


async def _check_free(work: Work, category: Category, parent_id: UUID | None, name: str) -> None:
    sister = exists().where(
        Category.tenant_id == work.tenant_id,
        Category.id != category.id,
        Category.parent_id.is_not_distinct_from(parent_id),
        Category.name == name,
    )
    if await work.session.scalar(select(sister)):
        raise CatalogNameTaken("category", name)


async def _flush(work: Work, category: Category) -> None:
    name = category.name
    try:
        await work.session.flush()
    except IntegrityError:
        raise CatalogNameTaken("category", name) from None


async def _hang(work: Work, category_id: UUID, parent_id: UUID | None) -> None:
    """Write the pairs of everything in a branch with everything above its new place."""
    mine = CategoryAncestry.tenant_id == work.tenant_id
    within = select(CategoryAncestry.descendant_id).where(
        mine, CategoryAncestry.ancestor_id == category_id
    )
    former = and_(
        mine,
        CategoryAncestry.descendant_id.in_(within),
        CategoryAncestry.ancestor_id.not_in(within),
    )
    await work.session.execute(
        delete(CategoryAncestry).where(former),
        execution_options={"synchronize_session": False},
    )
    over, under = (
        CategoryAncestry.__table__.alias("pair_above"),
        CategoryAncestry.__table__.alias("pair_below"),
    )
    joined = over.join(
        under,
        and_(over.c.tenant_id == under.c.tenant_id, under.c.ancestor_id == category_id),
    )
    distance = over.c.distance + under.c.distance + 1
    pairs = (
        select(over.c.tenant_id, over.c.ancestor_id, under.c.descendant_id, distance)
        .select_from(joined)
        .where(over.c.tenant_id == work.tenant_id, over.c.descendant_id == parent_id)
    )
    names = ["tenant_id", "ancestor_id", "descendant_id", "distance"]
    await work.session.execute(insert(CategoryAncestry).from_select(names, pairs))


async def _write_name(work: Work, category_id: UUID, language: str, name: str | None) -> None:
    if name is None:
        which: ColumnElement[bool] = and_(
            CategoryName.category_id == category_id, CategoryName.language == language
        )
        await work.session.execute(delete(CategoryName).where(which))
        return
    values = {"category_id": category_id, "language": language, "name": name}
    written = upsert(CategoryName).values(values | {"tenant_id": work.tenant_id})
    await work.session.execute(
        written.on_conflict_do_update(
            index_elements=["tenant_id", "category_id", "language"],
            set_={"name": written.excluded.name},
        )
    )
