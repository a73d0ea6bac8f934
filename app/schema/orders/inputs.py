"""What mutations of carts and orders take."""

from datetime import date
from decimal import Decimal

import strawberry
from strawberry import relay

from app.finance.models import PaymentMethod
from app.kernel.errors import DomainError, Invalid
from app.kernel.quantity import PackagingLevel
from app.orders.operations.changing import OrderChange
from app.orders.operations.wishes import LineDiscount, LineWish, OrderWish
from app.orders.rules.states import DeliveryMode, OrderChannel
from app.organisations.models import PaymentWay
from app.schema.ids import key_of, optional_key_of
from app.schema.order_words import registered

registered()
LONGEST_NOTE = 2_000
LONGEST_REFERENCE = 60


@strawberry.input
class OrderLineInput:
    """A quantity of a SKU in packaging units: whole pieces must come of it.

    A discount is given by the seller's people only, with the reason that an approver will read.
    """

    sku_id: relay.GlobalID
    quantity: Decimal
    packaging_level: PackagingLevel = PackagingLevel.PIECE
    discount_percent: Decimal | None = None
    discount_reason: str = ""

    def value(self, path: str) -> LineWish:
        """Return the domain's line; errors point below `path`."""
        try:
            sku_id = key_of(self.sku_id, "Sku")
        except DomainError as wrong:
            raise wrong.at(f"{path}.skuId") from None
        percent = self.discount_percent
        if percent is None and self.discount_reason:
            raise Invalid(f"{path}.discountPercent", "is missing: only a reason is given")
        discount = None if percent is None else LineDiscount(percent, self.discount_reason)
        return LineWish(sku_id, self.packaging_level, self.quantity, discount)


def line_wishes(lines: list[OrderLineInput]) -> list[LineWish]:
    """Read many lines, in their order."""
    return [line.value(f"lines.{place}") for place, line in enumerate(lines)]


@strawberry.input
class CreateOrderInput:
    """A draft for one trading relationship, by its buyer or by the seller's rep (R3-51)."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    lines: list[OrderLineInput]
    channel: OrderChannel = OrderChannel.WEBSITE
    delivery_mode: DeliveryMode = DeliveryMode.DELIVERY
    requested_delivery_on: date | None = None
    note: str = ""
    coupon_codes: list[str] = strawberry.field(default_factory=list)
    points_to_redeem: int = 0
    payment_way: PaymentWay | None = strawberry.field(
        default=None, description="One that the relationship allows; its usual one without."
    )
    delivery_address_id: relay.GlobalID | None = strawberry.field(
        default=None, description="One of the buyer's; the order keeps it as it is now."
    )
    buyer_reference: str | None = strawberry.field(
        default=None, description="The buyer's own number of it, at most 60 characters (R1-7)."
    )

    def value(self) -> OrderWish:
        """Return the domain's wish."""
        return OrderWish(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            lines=line_wishes(self.lines),
            channel=self.channel,
            delivery_mode=self.delivery_mode,
            requested_delivery_on=self.requested_delivery_on,
            note=checked_note(self.note),
            coupon_codes=tuple(self.coupon_codes),
            points_to_redeem=self.points_to_redeem,
            delivery_address_id=optional_key_of(self.delivery_address_id, "DeliveryAddress"),
            payment_way=self.payment_way,
            buyer_reference=checked_reference(self.buyer_reference),
        )


@strawberry.input
class PlaceOrderInput:
    """An order to place at once; without lines, the caller's cart is ordered and emptied.

    `seenTotal` is the total the buyer saw, with tax and deposits: when it differs now, the buyer is
    asked. Points pay as far as there are any, and are worth something here.
    """

    idempotency_key: str
    relationship_id: relay.GlobalID
    seen_total: Decimal
    lines: list[OrderLineInput] | None = None
    channel: OrderChannel = OrderChannel.WEBSITE
    delivery_mode: DeliveryMode = DeliveryMode.DELIVERY
    requested_delivery_on: date | None = None
    note: str = ""
    coupon_codes: list[str] = strawberry.field(default_factory=list)
    points_to_redeem: int = 0
    payment_way: PaymentWay | None = strawberry.field(
        default=None, description="One that the relationship allows; its usual one without."
    )
    delivery_address_id: relay.GlobalID | None = strawberry.field(
        default=None, description="One of the buyer's; the order keeps it as it is now."
    )
    buyer_reference: str | None = strawberry.field(
        default=None, description="The buyer's own number of it, at most 60 characters (R1-7)."
    )

    def value(self) -> OrderWish:
        """Return the domain's wish."""
        return OrderWish(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            lines=line_wishes(self.lines or []),
            channel=self.channel,
            delivery_mode=self.delivery_mode,
            requested_delivery_on=self.requested_delivery_on,
            note=checked_note(self.note),
            coupon_codes=tuple(self.coupon_codes),
            points_to_redeem=self.points_to_redeem,
            delivery_address_id=optional_key_of(self.delivery_address_id, "DeliveryAddress"),
            payment_way=self.payment_way,
            buyer_reference=checked_reference(self.buyer_reference),
        )


@strawberry.input
class SubmitOrderInput:
    """A draft to submit at the total that was seen."""

    order_id: relay.GlobalID
    seen_total: Decimal


@strawberry.input
class ChangeOrderInput:
    """New lines for an order that preparation has not begun on; coupons and points stay if null.

    Free goods come anew with the lines, and discounts given by hand are given again or gone.
    """

    order_id: relay.GlobalID
    lines: list[OrderLineInput]
    coupon_codes: list[str] | None = None
    points_to_redeem: int | None = None

    def value(self) -> OrderChange:
        """Return the domain's change."""
        return OrderChange(line_wishes(self.lines), self.coupon_codes, self.points_to_redeem)


@strawberry.input
class ReviseOrderInput:
    """A rejected order to draft again; lines, coupons and points stay if null."""

    order_id: relay.GlobalID
    lines: list[OrderLineInput] | None = None
    coupon_codes: list[str] | None = None
    points_to_redeem: int | None = None

    def value(self) -> OrderChange:
        """Return the domain's change."""
        lines = line_wishes(self.lines) if self.lines else None
        return OrderChange(lines, self.coupon_codes, self.points_to_redeem)


@strawberry.input
class SetCartLineInput:
    """The quantity of a SKU in the caller's cart; zero takes it out."""

    relationship_id: relay.GlobalID
    sku_id: relay.GlobalID
    quantity: Decimal
    packaging_level: PackagingLevel = PackagingLevel.PIECE


@strawberry.input
class OrderInput:
    """An order."""

    order_id: relay.GlobalID


@strawberry.input
class OrderReasonInput:
    """An order, and why: 1 to 500 characters that the other party will read."""

    order_id: relay.GlobalID
    reason: str


@strawberry.input
class ApproveOrderInput:
    """An order to approve, with a remark if there is one."""

    order_id: relay.GlobalID
    reason: str | None = None


@strawberry.input
class RecordPaymentInput:
    """Money received for an order, in the order's currency."""

    idempotency_key: str
    order_id: relay.GlobalID
    amount: Decimal
    method: PaymentMethod
    reference: str = ""


@strawberry.input
class CloseOrderExceptionInput:
    """An exception, and how it was handled."""

    exception_id: relay.GlobalID
    resolution: str


def checked_reference(reference: str | None) -> str | None:
    """Return a buyer's number without blanks around; raises `Invalid` for one nobody could read."""
    if reference is None:
        return None
    cleaned = reference.strip()
    if not cleaned or len(cleaned) > LONGEST_REFERENCE or not cleaned.isprintable():
        raise Invalid("buyerReference", f"must have 1 to {LONGEST_REFERENCE} readable characters")
    return cleaned


def checked_note(note: str) -> str:
    """Return a note; raises `Invalid` for one too long to be read."""
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", f"must have at most {LONGEST_NOTE} characters")
    return note
