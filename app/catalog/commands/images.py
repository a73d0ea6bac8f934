"""Images of a product: several, in an order of which the first is the main one (R2-7)."""

import asyncio
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.catalog import locks
from app.catalog.models import Product, ProductImage, ProductImageText
from app.catalog.operations import concerned_by
from app.catalog.rules import checked_language
from app.catalog.rules.pictures import drawn_anew
from app.db.bulk import update_rows
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.storage.operations import claim, content_of, discard, store
from app.storage.rules.purposes import FilePurpose

MOST_IMAGES = 20
LONGEST_ALT = 300


@requires(Permission.PRODUCT_WRITE)
async def add_product_image(work: Work, product_id: UUID, file_id: UUID, alt: str = "") -> Product:
    """Take an uploaded picture as an own product's last image, without what was hidden in it.

    Raises `PictureUnreadable`, `PictureTooLarge`, `FileInUse`, `FileNotThere`, `Invalid`, and
    `NotFound` for products and uploads of others.
    """
    text = _checked_alt(alt)
    product = await _own(work, product_id)
    there = await _places(work, product_id)
    if len(there) >= MOST_IMAGES:
        raise Invalid("productId", f"has {MOST_IMAGES} images, the most there may be")
    (sent,) = await claim(work, [file_id], FilePurpose.PRODUCT_IMAGE)
    picture = await asyncio.to_thread(drawn_anew, await content_of(work, file_id))
    kept = [
        await store(work, product.owner_id, purpose, sent.file_name, BytesIO(content))
        for purpose, content in (
            (FilePurpose.PRODUCT_IMAGE, picture.content),
            (FilePurpose.THUMBNAIL, picture.thumbnail),
        )
    ]
    await discard(work, [file_id])
    image = ProductImage(
        id=new_id(),
        product_id=product_id,
        file_id=kept[0],
        thumbnail_id=kept[1],
        place=max(there.values(), default=-1) + 1,
        alt=text,
    )
    await work.save(image)
    after = {"image": sent.file_name, "alt": text}
    _note(work, product, "ADD_PRODUCT_IMAGE", after=after)
    return product


@requires(Permission.PRODUCT_WRITE)
async def arrange_product_images(
    work: Work, product_id: UUID, image_ids: Sequence[UUID]
) -> Product:
    """Put an own product's images in an order, the main one first; those not named are deleted.

    The same statements for any number. Raises `Invalid`, and `NotFound` for all but the owner and
    for images of other products.
    """
    if len(set(image_ids)) < len(image_ids):
        raise Invalid("imageIds", "must name each image once")
    product = await _own(work, product_id)
    there = await _places(work, product_id)
    for place, key in enumerate(image_ids):
        if key not in there:
            raise NotFound("ProductImage").at(f"imageIds.{place}")
    before = sorted(there, key=lambda key: there[key])
    if before == list(image_ids):
        return product
    gone = [key for key in before if key not in set(image_ids)]
    files = await work.session.execute(
        delete(ProductImage)
        .where(ProductImage.id.in_(gone))
        .returning(ProductImage.file_id, ProductImage.thumbnail_id)
    )
    await discard(work, [key for row in files for key in row])
    await update_rows(
        work, ProductImage, [{"id": key, "place": n} for n, key in enumerate(image_ids)]
    )
    shown = [{"images": [str(key) for key in keys]} for keys in (before, image_ids)]
    _note(work, product, "ARRANGE_PRODUCT_IMAGES", before=shown[0], after=shown[1])
    return product


@requires(Permission.PRODUCT_WRITE)
async def describe_product_image(
    work: Work, image_id: UUID, alt: str, language: str | None = None
) -> Product:
    """Say what an own product's image shows, for who cannot see it; in a language, or in its own.

    An empty text in a language takes that away. Raises `Invalid`, `NotFound`.
    """
    text = _checked_alt(alt)
    tag = None if language is None else checked_language(language, "language")
    image = await work.session.scalar(select(ProductImage).where(ProductImage.id == image_id))
    # A product is looked for in any case, so that the answer's time does not tell what exists.
    product = await locks.own_product(work, new_id() if image is None else image.product_id)
    if image is None or product is None:
        raise NotFound("ProductImage").at("imageId")
    if tag is None:
        before: str | None = image.alt
        image.alt = text
    else:
        before = await _put_text(work, image_id, tag, text)
    if before != text:
        field = "alt" if tag is None else f"alt ({tag})"
        _note(work, product, "DESCRIBE_PRODUCT_IMAGE", before={field: before}, after={field: text})
    return product


async def _put_text(work: Work, image_id: UUID, language: str, text: str) -> str | None:
    which = (ProductImageText.image_id == image_id, ProductImageText.language == language)
    before = await work.session.scalar(select(ProductImageText.alt).where(*which))
    if not text:
        await work.session.execute(delete(ProductImageText).where(*which))
        return before
    values = {"tenant_id": work.tenant_id, "image_id": image_id, "language": language, "alt": text}
    written = insert(ProductImageText).values(values)
    await work.session.execute(
        written.on_conflict_do_update(
            index_elements=["tenant_id", "image_id", "language"], set_={"alt": text}
        )
    )
    return before


async def _own(work: Work, product_id: UUID) -> Product:
    product = await locks.own_product(work, product_id)
    if product is None:
        raise NotFound("Product").at("productId")
    return product


async def _places(work: Work, product_id: UUID) -> dict[UUID, int]:
    rows = await work.session.execute(
        select(ProductImage.id, ProductImage.place).where(ProductImage.product_id == product_id)
    )
    return {row.id: row.place for row in rows}


def _checked_alt(text: str) -> str:
    tidy = text.strip()
    if len(tidy) > LONGEST_ALT:
        raise Invalid("alt", f"must have at most {LONGEST_ALT} characters")
    return tidy


def _note(work: Work, product: Product, verb: str, **said: Any) -> None:
    record(work, verb, "product", product.id, **said)
    data = {"fields": ["images"], **concerned_by(product)}
    work.tell(DomainEvent("product_changed", "product", product.id, data))
