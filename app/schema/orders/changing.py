"""Changing an order: what it would do, and doing exactly that (R1-31); and writing on it."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.orders.commands import attachments, notes
from app.orders.commands import change as commands
from app.orders.operations.changing import ChangePlan, OrderChange
from app.orders.rules.changing import LineDifference
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import cost, sized
from app.schema.files import file_key
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.orders.attachments import AttachToOrderInput, RemoveAttachmentInput
from app.schema.orders.inputs import ChangeOrderInput, OrderLineInput, line_wishes
from app.schema.orders.notes import AddOrderNoteInput
from app.schema.orders.types import OrderResult, load_order
from app.schema.refusals import Refusal


@strawberry.type
class OrderLineDifference:
    """The same goods before and after: totals hold tax and deposits; nothing stands for none."""

    packaging_level: PackagingLevel
    is_free: bool
    quantity_before: Decimal
    quantity_after: Decimal
    total_before: Decimal
    total_after: Decimal
    difference: Decimal
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(lines: list["OrderLineDifference"], info: Info) -> list[Sku | None]:
        """The goods."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @classmethod
    def of(cls, line: LineDifference) -> "OrderLineDifference":
        """Show a difference."""
        return cls(
            packaging_level=PackagingLevel(line.packaging_level),
            is_free=line.is_free,
            quantity_before=line.before.quantity,
            quantity_after=line.after.quantity,
            total_before=line.before.total,
            total_after=line.after.total,
            difference=line.difference,
            sku_id=line.sku_id,
        )


@strawberry.type
class OrderChangePreview:
    """What a change would do now; `fingerprint` lets exactly this be applied, and nothing else.

    Money is in `currency`. Totals hold tax and deposits.
    """

    currency: str
    total_before: Decimal
    total_after: Decimal
    net_after: Decimal
    tax_after: Decimal
    difference: Decimal
    lines: list[OrderLineDifference] = sized(20)
    starts_approval_over: bool = strawberry.field(
        description="Whether those who were asked to approve the order are asked again."
    )
    keeps_approval: bool = strawberry.field(
        description="Whether it stays approved, as the change only takes away."
    )
    takes_stock_back: bool = strawberry.field(
        description="Whether goods that are set aside are given back, and set aside anew if it can."
    )
    is_submitted_again: bool = strawberry.field(
        description="Whether it goes on by itself; else it is a draft, to be submitted."
    )
    fingerprint: str

    @classmethod
    def of(cls, plan: ChangePlan) -> "OrderChangePreview":
        """Show a plan."""
        return cls(
            currency=plan.quote.currency,
            total_before=plan.before.total,
            total_after=plan.quote.total,
            net_after=plan.quote.net,
            tax_after=plan.quote.tax,
            difference=plan.quote.total - plan.before.total,
            lines=[OrderLineDifference.of(line) for line in plan.lines],
            starts_approval_over=plan.starts_approval_over,
            keeps_approval=plan.keeps_approval,
            takes_stock_back=plan.takes_stock_back,
            is_submitted_again=plan.is_submitted_again,
            fingerprint=plan.fingerprint,
        )


@strawberry.input
class ApplyOrderChangeInput:
    """The lines of a preview with its fingerprint; coupons and points stay if null."""

    idempotency_key: str
    order_id: relay.GlobalID
    lines: list[OrderLineInput]
    fingerprint: str
    coupon_codes: list[str] | None = None
    points_to_redeem: int | None = None

    def value(self) -> commands.PreviewedChange:
        """Return what the domain applies."""
        lines = line_wishes(self.lines)
        return commands.PreviewedChange(
            order_id=key_of(self.order_id, "Order"),
            change=OrderChange(lines, self.coupon_codes, self.points_to_redeem),
            fingerprint=self.fingerprint,
            key=self.idempotency_key,
        )


OrderChangePreviewResult = Annotated[
    OrderChangePreview | Refusal, strawberry.union("OrderChangePreviewResult")
]


@strawberry.type
class OrderChangesMutation:
    """What changes an order that was placed, and what is written on it."""

    @cost(50)
    @mutation(commands.preview_order_change)
    async def preview_order_change(
        self, info: Info, input: ChangeOrderInput
    ) -> OrderChangePreviewResult:
        """Tell what new lines would do to an order, and change nothing."""
        key, change = key_of(input.order_id, "Order"), input.value()
        try:
            await info.context.write(lambda work: commands.preview_order_change(work, key, change))
        except commands.Previewed as previewed:
            return OrderChangePreview.of(previewed.plan)
        raise AssertionError("a preview says what it has found")

    @cost(50)
    @mutation(commands.apply_order_change)
    async def apply_order_change(self, info: Info, input: ApplyOrderChangeInput) -> OrderResult:
        """Change an order exactly as it was previewed; refused when anything has moved since."""
        given = input.value()
        key = await info.context.write(lambda work: commands.apply_order_change(work, given))
        return await load_order(info, key)

    @mutation(notes.add_order_note)
    async def add_order_note(self, info: Info, input: AddOrderNoteInput) -> OrderResult:
        """Write on an order, for one's own people or for both sides."""
        key = key_of(input.order_id, "Order")
        new = notes.NewNote(order_id=key, text=input.text, audience=input.audience)
        await info.context.write(
            lambda work: notes.add_order_note(work, new, input.idempotency_key)
        )
        return await load_order(info, key)

    @mutation(attachments.attach_to_order)
    async def attach_to_order(self, info: Info, input: AttachToOrderInput) -> OrderResult:
        """Attach an uploaded image or PDF to an order of one's own side, for both sides."""
        key, file_id = key_of(input.order_id, "Order"), file_key(input.file_id)
        await info.context.write(
            lambda work: attachments.attach_to_order(work, key, file_id, input.idempotency_key)
        )
        return await load_order(info, key)

    @mutation(attachments.remove_attachment)
    async def remove_attachment(self, info: Info, input: RemoveAttachmentInput) -> OrderResult:
        """Take a file off a draft and delete it, as the side that attached it."""
        key, file_id = key_of(input.order_id, "Order"), file_key(input.file_id)
        await info.context.write(lambda work: attachments.remove_attachment(work, key, file_id))
        return await load_order(info, key)
