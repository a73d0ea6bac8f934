"""Orders as their parties see them."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.db.work import Work
from app.fulfilment import queries as fulfilment
from app.orders import models, queries
from app.orders.queries.attachments import attachments_by_order
from app.orders.queries.deliveries import earliest_deliveries
from app.orders.queries.notes import notes_by_order
from app.orders.rules import states
from app.organisations.models import PaymentWay
from app.rbac.permissions import Permission
from app.schema.approvals import ApprovalStep, WhoCanAct, approval_steps_of
from app.schema.assigned_reps import AssignedRep, reps_of_orders
from app.schema.batch import batch
from app.schema.carrier_terms import WeighedCarrier
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.delivery_addresses import PlacedAddress
from app.schema.delivery_days import DeliveryDay
from app.schema.finance import Invoice, Payment, invoices_by_source, payments_by_source
from app.schema.order_words import registered
from app.schema.orders.attachments import OrderAttachment
from app.schema.orders.benefits import OrderBenefit
from app.schema.orders.exceptions import OrderException
from app.schema.orders.history import AvailableAction, OrderHistoryEntry
from app.schema.orders.holds import OrderHold
from app.schema.orders.lines import OrderLine
from app.schema.orders.notes import OrderNote
from app.schema.orders.preparation import StockPreparation
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.quotes.quotes import Quote
from app.schema.refusals import Refusal
from app.schema.shipments import Shipment

registered()


@strawberry.type
class Order(relay.Node):
    """The seller's sales order and the buyer's purchase order: one document.

    Money is in `currency`: total = net + tax + deposits. `state` is where the order is in its life.
    """

    id: relay.NodeID[UUID]
    number: str
    state: states.OrderState
    revision: int
    channel: states.OrderChannel
    delivery_mode: states.DeliveryMode
    currency: str
    net: Decimal
    tax: Decimal
    deposits: Decimal
    total: Decimal
    paid: Decimal
    price_instant: datetime
    requested_delivery_on: date | None
    expected_ship_on: date | None
    payment_due_at: datetime | None
    payment_way: PaymentWay | None = strawberry.field(
        description="How it is to be paid; null means as the relationship's terms say."
    )
    note: str
    buyer_reference: str | None = strawberry.field(
        description="The number that the buyer's own system gave it."
    )
    approval_status: states.ApprovalStatus
    review_status: states.ReviewStatus
    credit_status: states.CreditStatus
    fulfilment_status: states.FulfilmentStatus
    payment_status: states.PaymentStatus
    invoice_status: states.InvoiceStatus
    settlement_status: states.SettlementStatus
    has_open_exception: bool
    created_at: datetime
    submitted_at: datetime | None
    confirmed_at: datetime | None
    changed_at: datetime
    relationship_id: relay.GlobalID
    row: strawberry.Private[models.Order]

    @batch
    @staticmethod
    async def seller(orders: list["Order"], info: Info) -> list[Organisation | None]:
        """Who sells."""
        return [seller for seller, _ in await _parties(info, orders)]

    @batch
    @staticmethod
    async def buyer(orders: list["Order"], info: Info) -> list[Organisation | None]:
        """Who buys."""
        return [buyer for _, buyer in await _parties(info, orders)]

    @batch
    @staticmethod
    async def earliest_delivery(orders: list["Order"], info: Info) -> list[DeliveryDay | None]:
        """The first day for which it came in time by the seller's calendar, while it waits."""
        async with info.context.read() as work:
            found = await earliest_deliveries(work, [order.row for order in orders])
        days = (found.get(order.id) for order in orders)
        return [None if day is None else DeliveryDay.of(day) for day in days]

    @list_size(20)
    @batch
    @staticmethod
    async def lines(orders: list["Order"], info: Info) -> list[list[OrderLine]]:
        """The lines of the present revision, in their positions."""
        async with info.context.read() as work:
            found = await queries.lines_by_order(work, [order.row for order in orders])
        return [[OrderLine.of(row) for row in found.get(order.id, [])] for order in orders]

    @list_size(10)
    @batch
    @staticmethod
    async def available_actions(orders: list["Order"], info: Info) -> list[list[AvailableAction]]:
        """What the viewer may do with the order now, and why not otherwise (F8)."""
        async with info.context.read() as work:
            found = await queries.actions_by_order(work, [order.row for order in orders])
        return [[AvailableAction.of(answer) for answer in found[order.id]] for order in orders]

    @batch
    @staticmethod
    async def quote(orders: list["Order"], info: Info) -> list[Quote | None]:
        """The quote the order was placed at, step by step; why prices lost, the seller sees."""
        async with info.context.read() as work:
            found = await queries.quotes_by_order(work, [order.row for order in orders])
        return [Quote.of(found[order.id]) if order.id in found else None for order in orders]

    @batch
    @staticmethod
    async def coupon_codes(orders: list["Order"], info: Info) -> list[list[str]]:
        """The coupon codes that were given; for the two parties only."""
        async with info.context.read() as work:
            return [order.row.coupon_codes if _is_party(work, order) else [] for order in orders]

    @batch
    @staticmethod
    async def delivery_address(orders: list["Order"], info: Info) -> list[PlacedAddress | None]:
        """Where it goes, as that was when it was placed. For the two parties only."""
        async with info.context.read() as work:
            kept = [
                order.row.delivery_address if _is_party(work, order) else None for order in orders
            ]
        return [PlacedAddress.of(address) if address else None for address in kept]

    @batch
    @staticmethod
    async def points_to_redeem(orders: list["Order"], info: Info) -> list[int]:
        """How many points the buyer wanted to pay with; for the two parties only."""
        async with info.context.read() as work:
            return [order.row.points_to_redeem if _is_party(work, order) else 0 for order in orders]

    @list_size(5)
    @batch
    @staticmethod
    async def benefits(orders: list["Order"], info: Info) -> list[list[OrderBenefit]]:
        """What schemes gave to the present revision; for the two parties only."""
        async with info.context.read() as work:
            found = await queries.benefits_by_order(work, [order.row for order in orders])
        return [[OrderBenefit.of(item) for item in found.get(order.id, [])] for order in orders]

    @list_size(3)
    @batch
    @staticmethod
    async def approvals(orders: list["Order"], info: Info) -> list[list[ApprovalStep]]:
        """The own side's approvals, in turn; the other side learns the order's state."""
        return await approval_steps_of(info, [order.id for order in orders])

    @list_size(1)
    @batch
    @staticmethod
    async def holds(orders: list["Order"], info: Info) -> list[list[OrderHold]]:
        """What keeps the order from going on now; told to the seller's people alone."""
        async with info.context.read() as work:
            found = await queries.holds_by_order(work, [order.row for order in orders])
        return [[OrderHold.of(row) for row in found.get(order.id, [])] for order in orders]

    @list_size(3)
    @batch
    @staticmethod
    async def who_can_act(orders: list["Order"], info: Info) -> list[list[WhoCanAct]]:
        """Colleagues who may decide now about the order; nobody where it waits for no approval."""
        async with info.context.read() as work:
            found = await queries.who_can_act_by_order(work, [order.row for order in orders])
        return [[WhoCanAct.of(each) for each in found.get(order.id, [])] for order in orders]

    @batch
    @staticmethod
    async def invoice(orders: list["Order"], info: Info) -> list[Invoice | None]:
        """The invoice for what was received, when there is one."""
        return await invoices_by_source(info, [order.id for order in orders])

    @list_size(3)
    @batch
    @staticmethod
    async def payments(orders: list["Order"], info: Info) -> list[list[Payment]]:
        """Money received for the order, the earliest first."""
        return await payments_by_source(info, [order.id for order in orders])

    @list_size(3)
    @batch
    @staticmethod
    async def reps(orders: list["Order"], info: Info) -> list[list[AssignedRep]]:
        """Who looked after the customer when the order was submitted; empty to all but the seller.

        A draft has those of now.
        """
        return await reps_of_orders(info, [order.row for order in orders])

    @list_size(10)
    @batch
    @staticmethod
    async def history(orders: list["Order"], info: Info) -> list[list[OrderHistoryEntry]]:
        """Every step so far, the oldest first."""
        async with info.context.read() as work:
            found = await queries.history_by_order(work, [order.id for order in orders])
            own = work.actor.organisation_id
        return [
            [OrderHistoryEntry.of(entry, order.row, own) for entry in found.get(order.id, [])]
            for order in orders
        ]

    @list_size(3)
    @batch
    @staticmethod
    async def exceptions(orders: list["Order"], info: Info) -> list[list[OrderException]]:
        """What was out of the ordinary, the oldest first."""
        async with info.context.read() as work:
            found = await queries.exceptions_by_order(work, [order.id for order in orders])
        return [[OrderException.of(row) for row in found.get(order.id, [])] for order in orders]

    @batch
    @staticmethod
    async def preparation(
        orders: list["Order"],
        info: Info,
    ) -> list[StockPreparation | None]:
        """How far the seller's warehouse is with it. For the seller only (R3-57, R3-60)."""
        async with info.context.read() as work:
            found = await fulfilment.preparation_by_order(work, [order.id for order in orders])
        return [
            StockPreparation.of(found[order.id]) if order.id in found else None for order in orders
        ]

    @list_size(10)
    @batch
    @staticmethod
    async def carrier_choice(orders: list["Order"], info: Info) -> list[list[WeighedCarrier]]:
        """What each rule of the seller's carriers says to it; the first that fits chooses (R2-18).

        For the seller's people who book carriers; nothing for others.
        """
        async with info.context.read() as work:
            if not work.actor.may(Permission.CARRIER_BOOK):
                return [[] for _ in orders]
            found = await fulfilment.choices_by_order(work, [order.row for order in orders])
        return [[WeighedCarrier.of(each) for each in found.get(order.id, ())] for order in orders]

    @list_size(5)
    @batch
    @staticmethod
    async def notes(orders: list["Order"], info: Info) -> list[list[OrderNote]]:
        """What the own side wrote, and the other side wrote for both, the oldest first."""
        async with info.context.read() as work:
            found = await notes_by_order(work, [order.row for order in orders])
            own = work.actor.organisation_id
        return [[OrderNote.of(row, own) for row in found.get(order.id, ())] for order in orders]

    @list_size(3)
    @batch
    @staticmethod
    async def attachments(orders: list["Order"], info: Info) -> list[list[OrderAttachment]]:
        """Files that either side attached, the oldest first; none for who only looks on."""
        async with info.context.read() as work:
            found = await attachments_by_order(work, [order.row for order in orders])
            own = work.actor.organisation_id
        return [
            [OrderAttachment.of(row, own) for row in found.get(order.id, ())] for order in orders
        ]

    @list_size(3)
    @batch
    @staticmethod
    async def shipments(orders: list["Order"], info: Info) -> list[list[Shipment]]:
        """The order's shipments, by number."""
        async with info.context.read() as work:
            found = await fulfilment.shipments_by_order(work, [order.id for order in orders])
        return [[Shipment.of(row) for row in found.get(order.id, [])] for order in orders]

    @classmethod
    def of(cls, row: models.Order) -> "Order":
        """Show an order."""
        return cls(
            id=row.id,
            number=row.number,
            state=states.OrderState(row.state),
            revision=row.revision,
            channel=states.OrderChannel(row.channel),
            delivery_mode=states.DeliveryMode(row.delivery_mode),
            currency=row.currency,
            net=row.net,
            tax=row.tax,
            deposits=row.deposits,
            total=row.total,
            paid=row.paid,
            price_instant=row.price_instant,
            requested_delivery_on=row.requested_delivery_on,
            expected_ship_on=row.expected_ship_on,
            payment_due_at=row.payment_due_at,
            payment_way=PaymentWay(row.payment_way) if row.payment_way else None,
            note=row.note,
            buyer_reference=row.buyer_reference,
            approval_status=states.ApprovalStatus(row.approval_status),
            review_status=states.ReviewStatus(row.review_status),
            credit_status=states.CreditStatus(row.credit_status),
            fulfilment_status=states.FulfilmentStatus(row.fulfilment_status),
            payment_status=states.PaymentStatus(row.payment_status),
            invoice_status=states.InvoiceStatus(row.invoice_status),
            settlement_status=states.SettlementStatus(row.settlement_status),
            has_open_exception=row.has_open_exception,
            created_at=row.created_at,
            submitted_at=row.submitted_at,
            confirmed_at=row.confirmed_at,
            changed_at=row.changed_at,
            relationship_id=relay.GlobalID("TradingRelationship", str(row.relationship_id)),
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Order | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.orders_by_id(work, keys)
        return [Order.of(found[key]) if key in found else None for key in keys]


OrderResult = Annotated[Order | Refusal, strawberry.union("OrderResult")]


async def load_order(info: Info, order_id: UUID) -> Order:
    """Load an order that has just been written."""
    async with info.context.read() as work:
        return Order.of(await queries.order(work, order_id))


async def written_order(info: Info, command: Callable[[Work], Awaitable[UUID]]) -> Order:
    """Run a command that writes an order, and load it in the same transaction, as its last read.

    Who may not see it is refused afterwards: what the command did stays.
    """

    async def writing(work: Work) -> tuple[UUID, models.Order | None]:
        order_id = await command(work)
        if not work.actor.may(Permission.ORDER_READ):
            return order_id, None
        return order_id, (await queries.orders_by_id(work, [order_id])).get(order_id)

    order_id, row = await info.context.write(writing)
    return await load_order(info, order_id) if row is None else Order.of(row)


async def _parties(
    info: Info, orders: list[Order]
) -> list[tuple[Organisation | None, Organisation | None]]:
    """Load sellers and buyers in one statement: who asks for the one asks for the other next."""
    ids = [key for order in orders for key in (order.row.seller_id, order.row.buyer_id)]
    found = await organisations_by_id(info, ids)
    return list(zip(found[::2], found[1::2], strict=True))


def _is_party(work: Work, order: Order) -> bool:
    return work.actor.organisation_id in {order.row.seller_id, order.row.buyer_id}
