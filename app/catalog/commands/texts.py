"""What a product and its sizes are called in other languages, kept by the product's owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.catalog import locks
from app.catalog.models import Product, ProductText, Sku, SkuText
from app.catalog.operations import concerned_by, index_product
from app.catalog.rules import checked_description, checked_language, checked_text
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_LANGUAGES = 30


@dataclass(frozen=True, slots=True)
class NewProductText:
    """All that a product has in one language; sizes that are not named keep their own names."""

    language: str
    name: str
    description: str = ""
    sku_names: Sequence[tuple[UUID, str]] = ()


@requires(Permission.PRODUCT_WRITE)
async def set_product_text(work: Work, product_id: UUID, new: NewProductText) -> Product:
    """Set what an own product and its sizes are called in a language; they are found by it.

    The same statements for any number of sizes. Raises `Invalid`, and `NotFound` for all but the
    owner and for sizes of other products.
    """
    text = _checked(new)
    product, sizes = await _own_with_sizes(work, product_id)
    for place, (sku_id, _) in enumerate(text.sku_names):
        if sku_id not in sizes:
            raise NotFound("Sku").at(f"skuNames.{place}.skuId")
    if text.language == product.language:
        raise Invalid("language", "is that of the product's own name; change the product")
    before, others = await _present(work, product_id, text.language, sizes)
    if not before and others >= MOST_LANGUAGES:
        raise Invalid("language", f"must be at most {MOST_LANGUAGES} for a product")
    await _write(work, product, text)
    after = {"name": text.name, "description": text.description}
    after |= {f"{sizes[key]} name": name for key, name in text.sku_names}
    await _note(work, product, text.language, before, after)
    return product


@requires(Permission.PRODUCT_WRITE)
async def remove_product_text(work: Work, product_id: UUID, language: str) -> Product:
    """Take away all that an own product has in a language; again changes nothing.

    Raises `Invalid`, and `NotFound` for all but the owner.
    """
    tag = checked_language(language, "language")
    product, sizes = await _own_with_sizes(work, product_id)
    before, _ = await _present(work, product_id, tag, sizes)
    if before:
        await _clear(work, product_id, tag)
        await _note(work, product, tag, before, {})
    return product


def _checked(new: NewProductText) -> NewProductText:
    names = [
        (key, checked_text(name, f"skuNames.{place}.name"))
        for place, (key, name) in enumerate(new.sku_names)
    ]
    if len(dict(names)) < len(names):
        raise Invalid("skuNames", "must name each SKU once")
    return NewProductText(
        language=checked_language(new.language, "language"),
        name=checked_text(new.name, "name"),
        description=checked_description(new.description, "description"),
        sku_names=names,
    )


async def _own_with_sizes(work: Work, product_id: UUID) -> tuple[Product, dict[UUID, str]]:
    product = await locks.own_product(work, product_id)
    if product is None:
        raise NotFound("Product").at("productId")
    rows = await work.session.execute(
        select(Sku.id, Sku.code).where(Sku.product_id == product_id).order_by(Sku.code)
    )
    return product, {row.id: row.code for row in rows}


async def _present(
    work: Work, product_id: UUID, language: str, sizes: Mapping[UUID, str]
) -> tuple[dict[str, str], int]:
    """Return what there is in a language, by field, and how many languages there are."""
    rows = await work.session.execute(
        select(ProductText.language, ProductText.name, ProductText.description).where(
            ProductText.product_id == product_id
        )
    )
    known = {row.language: {"name": row.name, "description": row.description} for row in rows}
    named = await work.session.execute(
        select(SkuText.sku_id, SkuText.name).where(
            SkuText.sku_id.in_(sizes), SkuText.language == language
        )
    )
    found = known.get(language, {})
    return found | {f"{sizes[row.sku_id]} name": row.name for row in named}, len(known)


async def _write(work: Work, product: Product, text: NewProductText) -> None:
    await _clear(work, product.id, text.language)
    values = {"language": text.language, "tenant_id": work.tenant_id}
    of_product = {"product_id": product.id, "name": text.name, "description": text.description}
    await work.session.execute(insert(ProductText).values(values | of_product))
    names = [
        {"sku_id": key, "language": text.language, "name": name} for key, name in text.sku_names
    ]
    await work.insert(SkuText, names)


async def _clear(work: Work, product_id: UUID, language: str) -> None:
    sizes = select(Sku.id).where(Sku.tenant_id == work.tenant_id, Sku.product_id == product_id)
    for statement in (
        delete(SkuText).where(SkuText.sku_id.in_(sizes), SkuText.language == language),
        delete(ProductText).where(
            ProductText.product_id == product_id, ProductText.language == language
        ),
    ):
        await work.session.execute(statement, execution_options={"synchronize_session": False})


async def _note(
    work: Work,
    product: Product,
    language: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    """Write the terms anew, the trail, and the event; nothing where nothing has changed."""
    if before == after:
        return
    await index_product(work, product)
    verb = "SET_PRODUCT_TEXT" if after else "REMOVE_PRODUCT_TEXT"
    shown = [
        {f"{field} ({language})": value for field, value in texts.items()}
        for texts in (before, after)
    ]
    record(work, verb, "product", product.id, before=shown[0], after=shown[1])
    data = {"fields": ["texts"], **concerned_by(product)}
    work.tell(DomainEvent("product_changed", "product", product.id, data))
