"""Texts of products in other languages, and changes of the tree of categories (R0-9, R3-9)."""

from typing import Annotated

import strawberry
from strawberry import relay

from app.catalog import commands
from app.listings import commands as listings
from app.schema.catalog import Category, Product
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal

SetProductTextResult = Annotated[Product | Refusal, strawberry.union("SetProductTextResult")]
RemoveProductTextResult = Annotated[Product | Refusal, strawberry.union("RemoveProductTextResult")]
ChangeCategoryResult = Annotated[Category | Refusal, strawberry.union("ChangeCategoryResult")]
MoveCategoryResult = Annotated[Category | Refusal, strawberry.union("MoveCategoryResult")]
RetireCategoryResult = Annotated[Category | Refusal, strawberry.union("RetireCategoryResult")]
ReopenCategoryResult = Annotated[Category | Refusal, strawberry.union("ReopenCategoryResult")]
SetCategoryNameResult = Annotated[Category | Refusal, strawberry.union("SetCategoryNameResult")]


@strawberry.input
class SkuNameInput:
    """What a size of the product is called in the language of the text."""

    sku_id: relay.GlobalID
    name: str


@strawberry.input
class SetProductTextInput:
    """All that an own product has in a language (en, zh-Hans, pt-BR)."""

    product_id: relay.GlobalID
    language: str
    name: str
    description: str = ""
    sku_names: list[SkuNameInput] = strawberry.field(default_factory=list[SkuNameInput])


@strawberry.input
class RemoveProductTextInput:
    """A language in which an own product is to have no texts any more."""

    product_id: relay.GlobalID
    language: str


@strawberry.input
class ChangeCategoryInput:
    """What to change of a category; what is absent or null keeps its value."""

    category_id: relay.GlobalID
    name: str | None = None
    language: str | None = None


@strawberry.input
class MoveCategoryInput:
    """A category, and the one to put it under; at the root without one."""

    category_id: relay.GlobalID
    parent_id: relay.GlobalID | None = None


@strawberry.input
class RetireCategoryInput:
    """A category that is to take nothing more."""

    category_id: relay.GlobalID


@strawberry.input
class ReopenCategoryInput:
    """A retired category that is to be used again."""

    category_id: relay.GlobalID


@strawberry.input
class SetCategoryNameInput:
    """What a category is called in another language; without a name, nothing there."""

    category_id: relay.GlobalID
    language: str
    name: str | None = None


@strawberry.type
class CatalogWordsMutation:
    """What can be done about what goods and categories are called."""

    @mutation(commands.set_product_text)
    async def set_product_text(
        self, info: Info, input: SetProductTextInput
    ) -> SetProductTextResult:
        """Set what an own product and its sizes are called in a language; searches find it."""
        product_id = key_of(input.product_id, "Product")
        new = commands.NewProductText(
            language=input.language,
            name=input.name,
            description=input.description,
            sku_names=[(key_of(each.sku_id, "Sku"), each.name) for each in input.sku_names],
        )
        row = await info.context.write(
            lambda work: commands.set_product_text(work, product_id, new)
        )
        return Product.of(row)

    @mutation(commands.remove_product_text)
    async def remove_product_text(
        self, info: Info, input: RemoveProductTextInput
    ) -> RemoveProductTextResult:
        """Take away all that an own product has in a language."""
        product_id = key_of(input.product_id, "Product")
        row = await info.context.write(
            lambda work: commands.remove_product_text(work, product_id, input.language)
        )
        return Product.of(row)

    @mutation(listings.change_category)
    async def change_category(self, info: Info, input: ChangeCategoryInput) -> ChangeCategoryResult:
        """Rename a category that the own organisation keeps."""
        category_id = key_of(input.category_id, "Category")
        change = listings.CategoryChange(name=input.name, language=input.language)
        row = await info.context.write(
            lambda work: listings.change_category(work, category_id, change)
        )
        return Category.of(row)

    @mutation(listings.move_category)
    async def move_category(self, info: Info, input: MoveCategoryInput) -> MoveCategoryResult:
        """Put a kept category, with all below it, under another."""
        category_id = key_of(input.category_id, "Category")
        parent_id = optional_key_of(input.parent_id, "Category")
        row = await info.context.write(
            lambda work: listings.move_category(work, category_id, parent_id)
        )
        return Category.of(row)

    @mutation(listings.retire_category)
    async def retire_category(self, info: Info, input: RetireCategoryInput) -> RetireCategoryResult:
        """Take a kept category out of use, once nothing listed stands in it."""
        category_id = key_of(input.category_id, "Category")
        row = await info.context.write(lambda work: listings.retire_category(work, category_id))
        return Category.of(row)

    @mutation(listings.reopen_category)
    async def reopen_category(self, info: Info, input: ReopenCategoryInput) -> ReopenCategoryResult:
        """Bring a retired category back into use."""
        category_id = key_of(input.category_id, "Category")
        row = await info.context.write(lambda work: listings.reopen_category(work, category_id))
        return Category.of(row)

    @mutation(listings.set_category_name)
    async def set_category_name(
        self, info: Info, input: SetCategoryNameInput
    ) -> SetCategoryNameResult:
        """Set what a kept category is called in another language."""
        category_id = key_of(input.category_id, "Category")
        row = await info.context.write(
            lambda work: listings.set_category_name(work, category_id, input.language, input.name)
        )
        return Category.of(row)
