"""Images of products, as everybody who may see the product sees them."""

from collections.abc import Sequence
from uuid import UUID

import strawberry
from strawberry import relay

from app.catalog import models, queries
from app.catalog.rules import best_language, checked_language
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.files import StoredFile, stored_files


@strawberry.type
class ProductImageText:
    """What an image shows, said in another language than the product's own."""

    language: str
    alt: str


@strawberry.type
class ProductImage:
    """An image of a product; the first of a product's is the main one."""

    id: relay.GlobalID
    texts: list[ProductImageText] = sized(3)
    own_alt: strawberry.Private[str]
    file_id: strawberry.Private[UUID]
    thumbnail_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def file(images: list["ProductImage"], info: Info) -> list[StoredFile | None]:
        """The image itself."""
        return await stored_files(info, [image.file_id for image in images])

    @batch
    @staticmethod
    async def thumbnail(images: list["ProductImage"], info: Info) -> list[StoredFile | None]:
        """The image with at most 320 pixels on its longer side."""
        return await stored_files(info, [image.thumbnail_id for image in images])

    @batch
    @staticmethod
    async def alt(
        images: list["ProductImage"], info: Info, language: str | None = None
    ) -> list[str]:
        """What it shows, in this language, else in the reader's, else in the owner's."""
        asked = () if language is None else (checked_language(language, "language"),)
        return [image.alt_in((*asked, *info.context.languages)) for image in images]

    def alt_in(self, languages: Sequence[str]) -> str:
        """Return what it shows in the first of the languages that has it, else in the owner's."""
        texts = {each.language: each.alt for each in self.texts}
        tag = best_language(languages, texts)
        return self.own_alt if tag is None else texts[tag]

    @classmethod
    def of(cls, row: models.ProductImage, texts: dict[str, str]) -> "ProductImage":
        """Show an image."""
        return cls(
            id=relay.GlobalID("ProductImage", str(row.id)),
            texts=[ProductImageText(language=tag, alt=alt) for tag, alt in sorted(texts.items())],
            own_alt=row.alt,
            file_id=row.file_id,
            thumbnail_id=row.thumbnail_id,
        )


async def images_by_product(info: Info, product_ids: Sequence[UUID]) -> list[list[ProductImage]]:
    """Load the images of products that the viewer was shown, in their order."""
    async with info.context.read() as work:
        found = await queries.images_of(work, product_ids)
    return [
        [ProductImage.of(row, texts) for row, texts in found.get(key, [])] for key in product_ids
    ]
