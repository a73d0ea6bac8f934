"""Changes of the images of products (R2-7)."""

from typing import Annotated

import strawberry
from strawberry import relay

from app.catalog import commands
from app.schema.catalog import Product
from app.schema.context import Info
from app.schema.files import file_key
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal

AddProductImageResult = Annotated[Product | Refusal, strawberry.union("AddProductImageResult")]
ArrangeProductImagesResult = Annotated[
    Product | Refusal, strawberry.union("ArrangeProductImagesResult")
]
DescribeProductImageResult = Annotated[
    Product | Refusal, strawberry.union("DescribeProductImageResult")
]


@strawberry.input
class AddProductImageInput:
    """An own product, an upload for PRODUCT_IMAGE, and what it shows to who cannot see it."""

    product_id: relay.GlobalID
    file_id: relay.GlobalID
    alt: str = ""


@strawberry.input
class ArrangeProductImagesInput:
    """All images that an own product is to have, the main one first."""

    product_id: relay.GlobalID
    image_ids: list[relay.GlobalID]


@strawberry.input
class DescribeProductImageInput:
    """What an image shows: in a language, or, without one, in the product's own."""

    image_id: relay.GlobalID
    alt: str
    language: str | None = None


@strawberry.type
class ProductImagesMutation:
    """What can be done about images of products."""

    @mutation(commands.add_product_image)
    async def add_product_image(
        self, info: Info, input: AddProductImageInput
    ) -> AddProductImageResult:
        """Take an upload as an own product's last image; what was hidden in it is left out."""
        product_id, file_id = key_of(input.product_id, "Product"), file_key(input.file_id)
        row = await info.context.write(
            lambda work: commands.add_product_image(work, product_id, file_id, input.alt)
        )
        return Product.of(row)

    @mutation(commands.arrange_product_images)
    async def arrange_product_images(
        self, info: Info, input: ArrangeProductImagesInput
    ) -> ArrangeProductImagesResult:
        """Put an own product's images in an order; those not named are deleted."""
        product_id = key_of(input.product_id, "Product")
        keys = [key_of(key, "ProductImage") for key in input.image_ids]
        row = await info.context.write(
            lambda work: commands.arrange_product_images(work, product_id, keys)
        )
        return Product.of(row)

    @mutation(commands.describe_product_image)
    async def describe_product_image(
        self, info: Info, input: DescribeProductImageInput
    ) -> DescribeProductImageResult:
        """Say what an own product's image shows, for who cannot see it."""
        image_id = key_of(input.image_id, "ProductImage")
        row = await info.context.write(
            lambda work: commands.describe_product_image(work, image_id, input.alt, input.language)
        )
        return Product.of(row)
