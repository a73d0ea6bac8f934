"""Making, changing, filling and ordering saved carts."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import DomainError
from app.kernel.quantity import PackagingLevel
from app.ordering.commands import saved_carts as commands
from app.ordering.operations.lines import LineKey
from app.ordering.rules.words import CartPurpose, CartSharing
from app.orders.operations.wishes import LineWish, OrderWish
from app.orders.rules.states import DeliveryMode, OrderChannel
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation
from app.schema.ordering.saved_carts import SavedCart, load_saved_cart
from app.schema.orders.inputs import checked_note
from app.schema.orders.types import OrderResult, written_order
from app.schema.refusals import Refusal


@strawberry.input
class CartLineInput:
    """A quantity of a SKU in packaging units."""

    sku_id: relay.GlobalID
    quantity: Decimal
    packaging_level: PackagingLevel = PackagingLevel.PIECE


@strawberry.input
class CartLineKeyInput:
    """A line of a cart, by what it is of."""

    sku_id: relay.GlobalID
    packaging_level: PackagingLevel = PackagingLevel.PIECE


@strawberry.input
class CreateSavedCartInput:
    """A cart, list or template to keep: with lines, or a copy of another, one's own or an order."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    name: str
    purpose: CartPurpose = CartPurpose.CART
    sharing: CartSharing = CartSharing.MINE
    lines: list[CartLineInput] = strawberry.field(default_factory=list)
    copy_of_id: relay.GlobalID | None = None
    copies_own_cart: bool = False
    order_id: relay.GlobalID | None = None

    def value(self) -> commands.NewSavedCart:
        """Return the domain's saved cart to be."""
        return commands.NewSavedCart(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            name=self.name,
            purpose=self.purpose,
            sharing=self.sharing,
            lines=cart_lines(self.lines),
            copy_of=_at("copyOfId", self.copy_of_id, "SavedCart"),
            of_own_cart=self.copies_own_cart,
            of_order=_at("orderId", self.order_id, "Order"),
        )


@strawberry.input
class ChangeSavedCartInput:
    """What is to be different; what is null stays."""

    saved_cart_id: relay.GlobalID
    name: str | None = None
    purpose: CartPurpose | None = None
    sharing: CartSharing | None = None


@strawberry.input
class SetSavedCartLineInput:
    """The quantity of a SKU in a saved cart; zero takes it out."""

    saved_cart_id: relay.GlobalID
    sku_id: relay.GlobalID
    quantity: Decimal
    packaging_level: PackagingLevel = PackagingLevel.PIECE


@strawberry.input
class DeleteSavedCartInput:
    """Which saved cart to delete."""

    saved_cart_id: relay.GlobalID


@strawberry.input
class MoveCartLinesInput:
    """Lines to bring from one cart into another; null stands for one's own cart.

    Without lines all of them go. With `keeps` they are copied.
    """

    idempotency_key: str
    relationship_id: relay.GlobalID
    from_saved_cart_id: relay.GlobalID | None = None
    to_saved_cart_id: relay.GlobalID | None = None
    lines: list[CartLineKeyInput] | None = None
    keeps: bool = False

    def value(self) -> commands.CartMove:
        """Return the domain's move."""
        return commands.CartMove(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            from_id=_at("fromSavedCartId", self.from_saved_cart_id, "SavedCart"),
            to_id=_at("toSavedCartId", self.to_saved_cart_id, "SavedCart"),
            keys=None if self.lines is None else _keys(self.lines),
            keeps=self.keeps,
        )


@strawberry.input
class OrderSavedCartInput:
    """A saved cart to order at the total that was seen; see `placeOrder`."""

    idempotency_key: str
    saved_cart_id: relay.GlobalID
    seen_total: Decimal
    channel: OrderChannel = OrderChannel.WEBSITE
    delivery_mode: DeliveryMode = DeliveryMode.DELIVERY
    requested_delivery_on: date | None = None
    note: str = ""
    coupon_codes: list[str] = strawberry.field(default_factory=list)
    points_to_redeem: int = 0

    def value(self) -> commands.SavedCartOrder:
        """Return what the domain orders."""
        key = key_of(self.saved_cart_id, "SavedCart")
        wish = OrderWish(
            relationship_id=key,  # The cart's own takes its place.
            lines=(),
            channel=self.channel,
            delivery_mode=self.delivery_mode,
            requested_delivery_on=self.requested_delivery_on,
            note=checked_note(self.note),
            coupon_codes=tuple(self.coupon_codes),
            points_to_redeem=self.points_to_redeem,
        )
        return commands.SavedCartOrder(
            cart_id=key, seen_total=self.seen_total, wish=wish, key=self.idempotency_key
        )


@strawberry.type
class MovedCartLines:
    """That lines stand where they were brought to; a saved cart that they came to, if it is one."""

    saved_cart_id: relay.GlobalID | None


@strawberry.type
class DeletedSavedCart:
    """That a saved cart is gone."""

    saved_cart_id: relay.GlobalID


SavedCartResult = Annotated[SavedCart | Refusal, strawberry.union("SavedCartResult")]
MoveCartLinesResult = Annotated[MovedCartLines | Refusal, strawberry.union("MoveCartLinesResult")]
DeleteSavedCartResult = Annotated[
    DeletedSavedCart | Refusal, strawberry.union("DeleteSavedCartResult")
]


@strawberry.type
class SavedCartsMutation:
    """What can be done with saved carts."""

    @cost(50)
    @mutation(commands.create_saved_cart)
    async def create_saved_cart(self, info: Info, input: CreateSavedCartInput) -> SavedCartResult:
        """Keep a cart, list or template under a name."""
        new = input.value()
        key = await info.context.write(
            lambda work: commands.create_saved_cart(work, new, input.idempotency_key)
        )
        return await load_saved_cart(info, key)

    @mutation(commands.change_saved_cart)
    async def change_saved_cart(self, info: Info, input: ChangeSavedCartInput) -> SavedCartResult:
        """Rename a saved cart, or share it otherwise."""
        change = commands.CartChange(name=input.name, purpose=input.purpose, sharing=input.sharing)
        key = key_of(input.saved_cart_id, "SavedCart")
        await info.context.write(lambda work: commands.change_saved_cart(work, key, change))
        return await load_saved_cart(info, key)

    @mutation(commands.set_saved_cart_line)
    async def set_saved_cart_line(
        self, info: Info, input: SetSavedCartLineInput
    ) -> SavedCartResult:
        """Put a quantity of a SKU into a saved cart; zero takes it out."""
        key = key_of(input.saved_cart_id, "SavedCart")
        wish = LineWish(key_of(input.sku_id, "Sku"), input.packaging_level, input.quantity)
        await info.context.write(lambda work: commands.set_saved_cart_line(work, key, wish))
        return await load_saved_cart(info, key)

    @cost(50)
    @mutation(commands.move_cart_lines)
    async def move_cart_lines(self, info: Info, input: MoveCartLinesInput) -> MoveCartLinesResult:
        """Bring lines from one cart into another; quantities of the same goods add up."""
        move = input.value()
        await info.context.write(
            lambda work: commands.move_cart_lines(work, move, input.idempotency_key)
        )
        return MovedCartLines(saved_cart_id=input.to_saved_cart_id)

    @cost(50)
    @mutation(commands.order_saved_cart)
    async def order_saved_cart(self, info: Info, input: OrderSavedCartInput) -> OrderResult:
        """Order what stands in a saved cart, as `placeOrder` does (R1-14)."""
        given = input.value()
        return await written_order(info, lambda work: commands.order_saved_cart(work, given))

    @mutation(commands.delete_saved_cart)
    async def delete_saved_cart(
        self, info: Info, input: DeleteSavedCartInput
    ) -> DeleteSavedCartResult:
        """Delete a saved cart with its lines."""
        key = key_of(input.saved_cart_id, "SavedCart")
        await info.context.write(lambda work: commands.delete_saved_cart(work, key))
        return DeletedSavedCart(saved_cart_id=input.saved_cart_id)


def cart_lines(lines: list[CartLineInput]) -> list[LineWish]:
    """Read lines, in their order; errors name the line."""
    return [
        LineWish(_sku(place, line.sku_id), line.packaging_level, line.quantity)
        for place, line in enumerate(lines)
    ]


def _keys(lines: list[CartLineKeyInput]) -> list[LineKey]:
    return [(_sku(place, line.sku_id), line.packaging_level) for place, line in enumerate(lines)]


def _sku(place: int, key: relay.GlobalID) -> UUID:
    try:
        return key_of(key, "Sku")
    except DomainError as wrong:
        raise wrong.at(f"lines.{place}.skuId") from None


def _at(path: str, key: relay.GlobalID | None, kind: str) -> UUID | None:
    try:
        return optional_key_of(key, kind)
    except DomainError as wrong:
        raise wrong.at(path) from None
