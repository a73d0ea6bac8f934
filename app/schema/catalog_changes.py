"""Changes of the catalogue: products, SKUs, listing, brands, categories, taxes (R3-7..R3-9)."""

from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry import relay

from app.catalog import commands, queries
from app.catalog.rules import NewPackaging, NewSku
from app.kernel.quantity import PackagingLevel
from app.schema.catalog import Brand, Category, Product, Sku, TaxCategory
from app.schema.containers import ReturnableContainer
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal

CreateBrandResult = Annotated[Brand | Refusal, strawberry.union("CreateBrandResult")]
CreateCategoryResult = Annotated[Category | Refusal, strawberry.union("CreateCategoryResult")]
CreateTaxCategoryResult = Annotated[
    TaxCategory | Refusal, strawberry.union("CreateTaxCategoryResult")
]
CreateProductResult = Annotated[Product | Refusal, strawberry.union("CreateProductResult")]
ChangeProductResult = Annotated[Product | Refusal, strawberry.union("ChangeProductResult")]
DelistProductResult = Annotated[Product | Refusal, strawberry.union("DelistProductResult")]
CreateReturnableContainerResult = Annotated[
    ReturnableContainer | Refusal, strawberry.union("CreateReturnableContainerResult")
]
SetPackagingContainerResult = Annotated[
    Sku | Refusal, strawberry.union("SetPackagingContainerResult")
]
SetSubstitutesResult = Annotated[Sku | Refusal, strawberry.union("SetSubstitutesResult")]
AddSkuResult = Annotated[Sku | Refusal, strawberry.union("AddSkuResult")]


@strawberry.input
class PackagingInput:
    """A pack: `factor` pieces in one unit; the piece itself has the factor 1."""

    level: PackagingLevel
    factor: Decimal
    gtin: str | None = None


@strawberry.input
class SkuInput:
    """A SKU to be; `code` is unique in the network."""

    code: str
    name: str
    tax_category_id: relay.GlobalID
    shelf_life_days: int | None = None
    packaging: list[PackagingInput]

    def new(self) -> NewSku:
        """Return what the command understands."""
        return NewSku(
            code=self.code,
            name=self.name,
            tax_category_id=key_of(self.tax_category_id, "TaxCategory"),
            shelf_life_days=self.shelf_life_days,
            packaging=[NewPackaging(unit.level, unit.factor, unit.gtin) for unit in self.packaging],
        )


@strawberry.input
class CreateProductInput:
    """A product to be, a draft at first."""

    name: str
    brand_id: relay.GlobalID
    category_id: relay.GlobalID
    description: str = ""
    language: str | None = strawberry.field(
        default=None, description="In which language the texts are, such as en or zh-Hans."
    )
    skus: list[SkuInput] = strawberry.field(default_factory=list[SkuInput])


@strawberry.input
class ChangeProductInput:
    """What to change; what is absent or null keeps its value."""

    product_id: relay.GlobalID
    name: str | None = None
    description: str | None = None
    brand_id: relay.GlobalID | None = None
    category_id: relay.GlobalID | None = None
    language: str | None = None


@strawberry.input
class AddSkuInput:
    """A further size of a product."""

    product_id: relay.GlobalID
    sku: SkuInput


@strawberry.input
class DelistProductInput:
    """A product to take off sale."""

    product_id: relay.GlobalID
    reason: str | None = None


@strawberry.input
class CreateBrandInput:
    """A brand to be."""

    name: str


@strawberry.input
class CreateCategoryInput:
    """A category to be; without a parent it stands at the root."""

    name: str
    parent_id: relay.GlobalID | None = None
    language: str | None = None


@strawberry.input
class CreateTaxCategoryInput:
    """A rate to be; `ratePercent` 13 means 13 %."""

    name: str
    rate_percent: Decimal


@strawberry.input
class CreateReturnableContainerInput:
    """A bottle, crate or keg, and the deposit for one; without a currency in the network's."""

    name: str
    deposit: Decimal
    currency: str | None = None


@strawberry.input
class SetPackagingContainerInput:
    """A pack of an own SKU, and the container it stands in; none without one."""

    sku_id: relay.GlobalID
    packaging_level: PackagingLevel
    container_id: relay.GlobalID | None = None


@strawberry.input
class SetSubstitutesInput:
    """All that is offered where an own SKU is short, the best first; none takes all away."""

    sku_id: relay.GlobalID
    substitute_ids: list[relay.GlobalID]


@strawberry.type
class CatalogMutation:
    """What can be done to the catalogue."""

    @mutation(commands.create_brand)
    async def create_brand(self, info: Info, input: CreateBrandInput) -> CreateBrandResult:
        """Add a brand."""
        return Brand.of(
            await info.context.write(lambda work: commands.create_brand(work, input.name))
        )

    @mutation(commands.create_category)
    async def create_category(self, info: Info, input: CreateCategoryInput) -> CreateCategoryResult:
        """Add a category."""
        parent_id = optional_key_of(input.parent_id, "Category")
        row = await info.context.write(
            lambda work: commands.create_category(work, input.name, parent_id, input.language)
        )
        return Category.of(row)

    @mutation(commands.create_tax_category)
    async def create_tax_category(
        self, info: Info, input: CreateTaxCategoryInput
    ) -> CreateTaxCategoryResult:
        """Add a rate of value-added tax."""
        row = await info.context.write(
            lambda work: commands.create_tax_category(work, input.name, input.rate_percent)
        )
        return TaxCategory.of(row)

    @mutation(commands.create_product)
    async def create_product(self, info: Info, input: CreateProductInput) -> CreateProductResult:
        """Create a draft with its SKUs; list it when its data is complete."""
        new = commands.NewProduct(
            name=input.name,
            brand_id=key_of(input.brand_id, "Brand"),
            category_id=key_of(input.category_id, "Category"),
            description=input.description,
            language=input.language,
            skus=[sku.new() for sku in input.skus],
        )
        return Product.of(await info.context.write(lambda work: commands.create_product(work, new)))

    @mutation(commands.change_product)
    async def change_product(self, info: Info, input: ChangeProductInput) -> ChangeProductResult:
        """Change an own product; the trail keeps before and after."""
        product_id = key_of(input.product_id, "Product")
        change = commands.ProductChange(
            name=input.name,
            description=input.description,
            brand_id=optional_key_of(input.brand_id, "Brand"),
            category_id=optional_key_of(input.category_id, "Category"),
            language=input.language,
        )
        row = await info.context.write(
            lambda work: commands.change_product(work, product_id, change)
        )
        return Product.of(row)

    @mutation(commands.add_sku)
    async def add_sku(self, info: Info, input: AddSkuInput) -> AddSkuResult:
        """Add a size to an own product."""
        product_id, new = key_of(input.product_id, "Product"), input.sku.new()
        return Sku.of(
            await info.context.write(lambda work: commands.add_sku(work, product_id, new))
        )

    @mutation(commands.delist_product)
    async def delist_product(self, info: Info, input: DelistProductInput) -> DelistProductResult:
        """Take an own product off sale."""
        product_id = key_of(input.product_id, "Product")
        row = await info.context.write(
            lambda work: commands.delist_product(work, product_id, input.reason)
        )
        return Product.of(row)

    @mutation(commands.create_returnable_container)
    async def create_returnable_container(
        self, info: Info, input: CreateReturnableContainerInput
    ) -> CreateReturnableContainerResult:
        """Add a returnable container to the network's."""
        row = await info.context.write(
            lambda work: commands.create_returnable_container(
                work, input.name, input.deposit, input.currency
            )
        )
        return ReturnableContainer.of(row)

    @mutation(commands.set_packaging_container)
    async def set_packaging_container(
        self, info: Info, input: SetPackagingContainerInput
    ) -> SetPackagingContainerResult:
        """Say in which returnable container each pack of an own SKU stands."""
        sku_id = key_of(input.sku_id, "Sku")
        container_id = optional_key_of(input.container_id, "ReturnableContainer")
        row = await info.context.write(
            lambda work: commands.set_packaging_container(
                work, sku_id, input.packaging_level, container_id
            )
        )
        return Sku.of(row)

    @mutation(commands.set_substitutes)
    async def set_substitutes(self, info: Info, input: SetSubstitutesInput) -> SetSubstitutesResult:
        """Say what is offered where an own SKU is short; at most 10."""
        sku_id = key_of(input.sku_id, "Sku")
        wanted = [key_of(key, "Sku") for key in input.substitute_ids]
        await info.context.write(lambda work: commands.set_substitutes(work, sku_id, wanted))
        async with info.context.read() as work:
            return Sku.of((await queries.skus_by_id(work, [sku_id]))[sku_id].sku)
