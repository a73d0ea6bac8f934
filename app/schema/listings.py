"""The way of products to the shelf: policy, review, display, and the history of edits."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.catalog.models import Product as ProductRow
from app.db.work import Work
from app.listings import commands, models, queries, rules
from app.promotions.commands import start_trade_schemes
from app.schema.catalog import Product
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

for _words in (models.ReviewState, rules.ListingStage, rules.TextChange):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class ListingPolicy:
    """What an organisation asks of its own products before they are listed (R2-7, R2-9)."""

    needs_review: bool
    needs_description: bool
    needs_price: bool
    needs_stock: bool
    needs_image: bool

    @classmethod
    def of(cls, row: models.ListingPolicy) -> "ListingPolicy":
        """Show a policy."""
        return cls(
            needs_review=row.needs_review,
            needs_description=row.needs_description,
            needs_price=row.needs_price,
            needs_stock=row.needs_stock,
            needs_image=bool(row.needs_image),
        )


@strawberry.type
class Listing:
    """An own product on its way to the shelf.

    `refusal` is why the last review refused it. `missing` is asked for by `listing` alone.
    """

    product: Product
    stage: rules.ListingStage
    submitted_at: datetime | None
    decided_at: datetime | None
    refusal: str | None
    display_confirmed_at: datetime | None
    missing: list[str] | None = sized(10)

    @classmethod
    def of(cls, found: queries.Listing) -> "Listing":
        """Show a listing."""
        review = found.review
        return cls(
            product=Product.of(found.product),
            stage=found.stage,
            submitted_at=review.submitted_at if review else None,
            decided_at=review.decided_at if review else None,
            refusal=review.reason if review else None,
            display_confirmed_at=review.display_confirmed_at if review else None,
            missing=None if found.missing is None else list(found.missing),
        )


@strawberry.type
class TextPiece:
    """A piece of a text, before and after read together."""

    change: rules.TextChange
    text: str


@strawberry.type
class FieldChange:
    """A field before and after, and the pieces that stayed, went and came."""

    field: str
    before: str | None
    after: str | None
    pieces: list[TextPiece] = sized(10)


@strawberry.type
class ProductEdit:
    """One change of a product: who made it, when and why, and what differs (R3-9)."""

    at: datetime
    actor_name: str
    action: str
    reason: str | None
    changes: list[FieldChange] = sized(3)

    @classmethod
    def of(cls, edit: queries.Edit) -> "ProductEdit":
        """Show a change."""
        return cls(
            at=edit.at,
            actor_name=edit.actor_name,
            action=edit.action,
            reason=edit.reason,
            changes=[
                FieldChange(
                    field=each.field,
                    before=each.before,
                    after=each.after,
                    pieces=[TextPiece(change=p.change, text=p.text) for p in each.pieces],
                )
                for each in edit.changes
            ],
        )


ListProductResult = Annotated[Product | Refusal, strawberry.union("ListProductResult")]
SubmitListingResult = Annotated[Product | Refusal, strawberry.union("SubmitListingResult")]
ApproveListingResult = Annotated[Product | Refusal, strawberry.union("ApproveListingResult")]
RefuseListingResult = Annotated[Product | Refusal, strawberry.union("RefuseListingResult")]
ConfirmDisplayResult = Annotated[Product | Refusal, strawberry.union("ConfirmDisplayResult")]
SetListingPolicyResult = Annotated[
    ListingPolicy | Refusal, strawberry.union("SetListingPolicyResult")
]


@strawberry.input
class ListProductInput:
    """A product to make orderable, and drafted trade schemes that begin with it."""

    product_id: relay.GlobalID
    scheme_ids: list[relay.GlobalID] = strawberry.field(
        default_factory=list,
        description="Own drafts that start in the same step, at most 20; needs SCHEME_APPROVE.",
    )


@strawberry.input
class SubmitListingInput:
    """An own product to have reviewed."""

    product_id: relay.GlobalID


@strawberry.input
class ApproveListingInput:
    """A product that a colleague submitted, found right."""

    product_id: relay.GlobalID


@strawberry.input
class RefuseListingInput:
    """A product that a colleague submitted, and what is wrong with it."""

    product_id: relay.GlobalID
    reason: str


@strawberry.input
class ConfirmDisplayInput:
    """A listed product that buyers are shown as they should be."""

    product_id: relay.GlobalID


@strawberry.input
class SetListingPolicyInput:
    """All of the policy: what is left out is not asked for."""

    needs_review: bool = False
    needs_description: bool = False
    needs_price: bool = False
    needs_stock: bool = False
    needs_image: bool = False


@strawberry.type
class ListingsQuery:
    """Questions about own products on their way to the shelf."""

    @query(queries.listing)
    async def listing(self, info: Info, product_id: relay.GlobalID) -> Listing:
        """Where an own product stands, and what it lacks to be listed."""
        async with info.context.read() as work:
            return Listing.of(await queries.listing(work, key_of(product_id, "Product")))

    @query(queries.listings)
    async def listings(
        self,
        info: Info,
        state: models.ReviewState = models.ReviewState.UNDER_REVIEW,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Listing]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Own products whose review stands so, by name: the reviewers' worklist."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.listings(work, page, state), Listing.of)

    @query(queries.listing_policy)
    async def listing_policy(self, info: Info) -> ListingPolicy:
        """What the own organisation asks of its products before they are listed."""
        async with info.context.read() as work:
            return ListingPolicy.of(await queries.listing_policy(work))

    @query(queries.product_history)
    async def product_history(
        self, info: Info, product_id: relay.GlobalID, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[ProductEdit]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """What was done to an own product, the newest first, with what differs."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.product_history(work, key_of(product_id, "Product"), page)
        return connection(found, ProductEdit.of)


@strawberry.type
class ListingsMutation:
    """What can be done to bring products to the shelf."""

    @mutation(commands.set_listing_policy)
    async def set_listing_policy(
        self, info: Info, input: SetListingPolicyInput
    ) -> SetListingPolicyResult:
        """Say what the own organisation's products need before they are listed."""
        new = commands.NewPolicy(
            needs_review=input.needs_review,
            needs_description=input.needs_description,
            needs_price=input.needs_price,
            needs_stock=input.needs_stock,
            needs_image=input.needs_image,
        )
        row = await info.context.write(lambda work: commands.set_listing_policy(work, new))
        return ListingPolicy.of(row)

    @mutation(commands.submit_listing)
    async def submit_listing(self, info: Info, input: SubmitListingInput) -> SubmitListingResult:
        """Submit a complete own product for review by a colleague."""
        return await _done(info, input.product_id, commands.submit_listing)

    @mutation(commands.approve_listing)
    async def approve_listing(self, info: Info, input: ApproveListingInput) -> ApproveListingResult:
        """Approve what a colleague submitted; nobody approves their own."""
        return await _done(info, input.product_id, commands.approve_listing)

    @mutation(commands.refuse_listing)
    async def refuse_listing(self, info: Info, input: RefuseListingInput) -> RefuseListingResult:
        """Refuse what a colleague submitted, with the reason."""
        product_id = key_of(input.product_id, "Product")
        row = await info.context.write(
            lambda work: commands.refuse_listing(work, product_id, input.reason)
        )
        return Product.of(row)

    @mutation(commands.list_product)
    async def list_product(self, info: Info, input: ListProductInput) -> ListProductResult:
        """Make an own product orderable, when it is complete and approved as its policy asks.

        The schemes named with it begin at the same instant (R2-11); where one may not, nothing is
        done.
        """
        schemes = [key_of(each, "TradeScheme") for each in input.scheme_ids]

        async def command(work: Work, product_id: UUID) -> ProductRow:
            listed = await commands.list_product(work, product_id)
            if schemes:
                await start_trade_schemes(work, schemes)
            return listed

        return await _done(info, input.product_id, command)

    @mutation(commands.confirm_display)
    async def confirm_display(self, info: Info, input: ConfirmDisplayInput) -> ConfirmDisplayResult:
        """Confirm that buyers are shown a listed product as they should be."""
        return await _done(info, input.product_id, commands.confirm_display)


async def _done(
    info: Info, given: relay.GlobalID, command: Callable[[Work, UUID], Awaitable[ProductRow]]
) -> Product:
    product_id = key_of(given, "Product")
    return Product.of(await info.context.write(lambda work: command(work, product_id)))
