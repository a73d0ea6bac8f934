"""Any commands in any order, by either party: no reachable state of an order breaks a promise."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any
from uuid import UUID

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from app.approvals.models import ApprovalRule
from app.db.database import Database
from app.db.work import Work, perform
from app.finance.models import PaymentMethod
from app.finance.operations import broken_invariants as broken_books
from app.fulfilment.commands import exceptions, prepare, receive, ship
from app.fulfilment.models import Shipment, ShipmentStatus
from app.identities.principal import bearer
from app.identities.tokens import TokenKeys
from app.inventory.models import Reservation
from app.inventory.operations import broken_invariants as broken_stock
from app.kernel.errors import DomainError
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders import queries
from app.orders.commands import allocate, cancel, decide, hold, pay, place
from app.orders.models import HoldKind, Order, Shortage
from app.orders.operations.checking import broken_invariants as broken_orders
from app.orders.operations.documents import OrderDocument, buckets_of, lines_of
from app.orders.operations.wishes import LineWish, OrderWish
from app.orders.rules.buckets import Buckets
from app.orders.rules.roll_up import roll_up
from app.orders.rules.states import DeliveryMode, OrderState
from app.orders.rules.transitions import BY_COMMAND, TRANSITIONS
from app.orders.rules.transitions import OrderCommand as C
from app.rbac.policy import PolicyCache
from tests.support.branches import STRONGEST
from tests.support.chain import Chain
from tests.support.patience import UNHURRIED
from tests.support.watch import Watch
from tests.support.world import LONG_AGO, Person, World

COMMANDS = [row.command for row in TRANSITIONS if not row.is_automatic]
BEFORE_STOCK = {
    OrderState.DRAFT,
    OrderState.SUBMITTED,
    OrderState.PENDING_PAYMENT,
    OrderState.PENDING_REVIEW,
    OrderState.PENDING_APPROVAL,
    OrderState.REJECTED,
}
# What may still be said against a command that the state allows: the shipment or stock at hand.
AT_HAND = {
    C.COVER_BACKORDER: {"NOT_POSSIBLE_NOW"},
    C.BOOK_CARRIER: {"MORE_THAN_THERE"},
    C.HAND_OVER: {"SHIPMENT_NOT_OPEN"},
    C.ARRIVE_AT_PICKUP_POINT: {"SHIPMENT_NOT_OPEN"},
    C.REPORT_TRACKING: {"SHIPMENT_NOT_OPEN"},
    C.LOSE_GOODS: {"SHIPMENT_NOT_OPEN", "MORE_THAN_THERE"},
    C.SIGN: {"SHIPMENT_NOT_OPEN", "MORE_THAN_THERE"},
    C.RETURN_TO_WAREHOUSE: {"SHIPMENT_NOT_OPEN", "MORE_THAN_THERE"},
    C.RECORD_PAYMENT: {"PAYMENT_TOO_LARGE", "INVALID"},
    C.PAY_FROM_BALANCE: {"PREPAID_BALANCE_TOO_LOW", "INVALID"},
}
NOT_ONWARDS = {
    C.HOLD,
    C.CANCEL,
    C.SEND_BACK,
    C.REJECT,
    C.CHANGE,
    C.REQUEST_CANCEL,
    C.REPORT_TRACKING,
}
OF_SHIPMENTS = {C.HAND_OVER, C.ARRIVE_AT_PICKUP_POINT, C.REPORT_TRACKING, C.SIGN}
OF_SHIPMENTS |= {C.LOSE_GOODS, C.RETURN_TO_WAREHOUSE}
# Where the gates lead by themselves from CONFIRMED.
BY_ITSELF = {
    target
    for row in TRANSITIONS
    if row.is_automatic and OrderState.CONFIRMED in row.sources
    for target in row.targets
}


@dataclass
class Facts:
    """What a command is about to find, and how much it shall do."""

    order: Order
    document: OrderDocument
    shipment: UUID
    part: Decimal

    @property
    def id(self) -> UUID:
        return self.order.id

    def some(self, bucket: str) -> dict[UUID, Decimal]:
        """A part of a bucket in whole pieces, by line; nothing of nothing."""
        found = {line.id: getattr(buckets_of(line), bucket) for line in self.document.lines}
        return {key: Decimal(int(pieces * self.part)) for key, pieces in found.items() if pieces}


Give = Callable[[Work, Facts], Awaitable[Any]]
WHY = "because"
COMMAND: Mapping[C, Give] = {
    C.SUBMIT: lambda work, it: place.submit_order(work, it.id, it.order.total),
    C.RECORD_PAYMENT: lambda work, it: pay.record_order_payment(
        work,
        pay.PaymentWish(it.id, _share(it), PaymentMethod.CASH, "", new_id().hex),
    ),
    C.PAY_FROM_BALANCE: lambda work, it: pay.pay_from_balance(work, it.id),
    C.REVIEW: lambda work, it: decide.review_order(work, it.id),
    C.SEND_BACK: lambda work, it: decide.send_order_back(work, it.id, WHY),
    C.APPROVE: lambda work, it: decide.approve_order(work, it.id),
    C.REJECT: lambda work, it: decide.reject_order(work, it.id, WHY),
    C.REVISE: lambda work, it: place.revise_order(work, it.id),
    C.RELEASE_CREDIT: lambda work, it: decide.release_credit(work, it.id, WHY),
    C.HOLD: lambda work, it: hold.hold_order(work, it.id, HoldKind.QUALITY, WHY),
    C.OVERRIDE_HOLD: lambda work, it: hold.override_holds(work, it.id, WHY),
    C.ALLOCATE: lambda work, it: allocate.allocate_order(work, it.id),
    C.COVER_BACKORDER: lambda work, it: allocate.cover_backorder(work, it.id),
    C.SHORT_CLOSE: lambda work, it: allocate.close_order_short(work, it.id, WHY),
    C.START_PREPARATION: lambda work, it: prepare.start_preparation(work, it.id),
    C.FINISH_PREPARATION: lambda work, it: prepare.finish_preparation(work, it.id),
    C.BOOK_CARRIER: lambda work, it: ship.book_carrier(
        work,
        ship.Booking(
            it.id,
            "SF Express",
            pieces={key: pieces for key, pieces in it.some("to_ship").items() if pieces},
            idempotency_key=new_id().hex,
        ),
    ),
    C.HAND_OVER: lambda work, it: ship.hand_over(work, it.shipment, "Wang"),
    C.ARRIVE_AT_PICKUP_POINT: lambda work, it: ship.arrive_at_pickup_point(
        work, it.shipment, "Gate"
    ),
    C.REPORT_TRACKING: lambda work, it: ship.report_tracking(
        work, ship.TrackingReport(it.shipment, ShipmentStatus.DELAYED)
    ),
    C.LOSE_GOODS: lambda work, it: exceptions.lose_goods(
        work, exceptions.Loss(it.shipment, WHY, it.some("in_transit"))
    ),
    C.SIGN: lambda work, it: receive.sign_delivery(
        work, receive.Signature(it.shipment, "Li", it.some("in_transit"), reason=WHY)
    ),
    C.RETURN_TO_WAREHOUSE: lambda work, it: receive.return_to_warehouse(
        work, it.shipment, deliver_again=it.part > Decimal("0.5")
    ),
    C.CONFIRM_RECEIPT: lambda work, it: receive.confirm_receipt(
        work, it.id, it.some("to_receive") if it.part else None
    ),
    C.SETTLE: lambda work, it: pay.settle_order(work, it.id),
    C.CANCEL: lambda work, it: cancel.cancel_order(work, it.id, WHY),
    C.CHANGE: lambda work, it: place.change_order(
        work,
        it.id,
        place.OrderChange(
            [LineWish(line.sku_id, PackagingLevel.PIECE, Decimal(30)) for line in it.document.lines]
        ),
    ),
    C.REQUEST_CANCEL: lambda work, it: cancel.request_cancel(work, it.id, WHY),
}


def _share(it: Facts) -> Decimal:
    return ((it.order.total - it.order.paid) * (it.part or 1)).quantize(Decimal("0.01"))


def test_every_command_of_the_table_is_tried():
    assert set(COMMAND) == set(COMMANDS)


def test_no_reachable_state_breaks_a_promise(access, settings):
    with asyncio.Runner() as runner:
        database = Database(access.app_dsn, pool_size=2, patience=UNHURRIED)
        reached: set[str] = set()
        scene = (runner, database, settings, access.owner_dsn, reached)
        profile = hypothesis_settings()  # whichever is loaded: its examples are walks of 20 steps
        walks = hypothesis_settings(max_examples=profile.max_examples // 3, stateful_step_count=20)
        run_state_machine_as_test(lambda: OrderMachine(*scene), settings=walks)
        runner.run(database.close())
    assert reached >= {"CONFIRMED", "ALLOCATED", "PREPARED", "SHIPPED", "SIGNED", "COMPLETED"}


class OrderMachine(RuleBasedStateMachine):
    """One order between a seller and a buyer who try everything, and somebody upstream."""

    def __init__(
        self,
        runner: asyncio.Runner,
        database: Database,
        settings: Any,
        owner: str,
        reached: set[str],
    ) -> None:
        super().__init__()
        self.reached = reached
        self.run, self.database, self.settings = runner.run, database, settings
        self.owner_dsn, self.cache = owner, PolicyCache()
        self.keys = TokenKeys(
            settings.secret, settings.access_token_lifetime, settings.refresh_token_lifetime
        )

    @initialize(
        terms=st.fixed_dictionaries(
            {
                "needs_review": st.booleans(),
                "payment_terms": st.sampled_from(["ON_ACCOUNT", "PREPAID"]),
                "payment_gate": st.sampled_from(["BEFORE_REVIEW", "AFTER_APPROVAL"]),
                "is_credit_unlimited": st.booleans(),
                "shortage_policy": st.sampled_from(["BACKORDER", "BACKORDER", "SHORT_CLOSE"]),
            }
        ),
        approved_from=st.sampled_from([None, Decimal(1)]),
        mode=st.sampled_from(list(DeliveryMode)),
        stock=st.sampled_from([0, 20, 100]),
    )
    def found(
        self, terms: dict[str, Any], approved_from: Decimal | None, mode: DeliveryMode, stock: int
    ) -> None:
        self.run(self._found(terms, approved_from, mode, stock))

    async def _found(
        self,
        terms: dict[str, Any],
        approved_from: Decimal | None,
        mode: DeliveryMode,
        stock: int,
    ) -> None:
        self.world = await World.create(self.database, None, self.settings)
        self.chain = await Chain.create(self.world, **terms, upstream_visibility="ORDERS")
        places = (self.chain.distributor, self.chain.retailer, self.chain.brand)
        people = [await self.world.member(place, *STRONGEST) for place in places]
        self.people = dict(zip(("seller", "buyer", "upstream"), people, strict=True))
        if approved_from:
            await self._rule(approved_from)
        if stock:
            await self.chain.stock(self.chain.distributor, stock)
        self.watch = Watch(self.owner_dsn, self.world.tenant_id)
        line = LineWish(self.chain.sku, PackagingLevel.PIECE, Decimal(48))
        wish = OrderWish(self.chain.downstream, [line], delivery_mode=mode)
        self.order_id = await self._as(
            self.people["buyer"], lambda work: place.create_order(work, wish, "key")
        )

    def teardown(self) -> None:
        if hasattr(self, "watch"):
            self.watch.close()

    @rule(
        command=st.sampled_from(COMMANDS),
        who=st.sampled_from(["seller", "buyer", "upstream"]),
        part=st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)]),
        turn=st.integers(0, 3),
    )
    def try_anything(self, command: C, who: str, part: Decimal, turn: int) -> None:
        self.run(self._give(command, self.people[who], part, turn))

    @rule(
        turn=st.integers(0, 2),
        part=st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)]),
        steps=st.integers(1, 6),
    )
    def go_on(self, turn: int, part: Decimal, steps: int) -> None:
        """Give some of the last commands of the table that can be given, so that walks come far."""
        for _ in range(steps):
            self.run(self._go_on(turn, part))
            self.every_promise_holds()

    @rule(pieces=st.integers(1, 40))
    def goods_come(self, pieces: int) -> None:
        self.run(self.chain.stock(self.chain.distributor, pieces))

    @invariant()
    def every_promise_holds(self) -> None:
        if hasattr(self, "order_id"):
            self.run(self.world.run(self._check))

    async def _go_on(self, turn: int, part: Decimal) -> None:
        actions = {name: await self._actions(self.people[name]) for name in ("seller", "buyer")}
        possible = [
            (command, self.people[name])
            for command in COMMANDS
            for name in actions
            if not actions[name][command] and command not in NOT_ONWARDS
        ]
        if possible:
            await self._give(*possible[-1 - turn % len(possible)], part, turn)

    async def _give(self, command: C, person: Person, part: Decimal, turn: int) -> None:
        facts = await self.world.run(lambda work: self._facts(work, part, turn))
        against = (await self._actions(person))[command]
        before, was = self.watch.look(), OrderState(facts.order.state)
        refused = await self._refusal(person, lambda work: COMMAND[command](work, facts))
        if refused:
            assert self.watch.look() == before, (command, "changed something though refused")
            has_shipment = command not in OF_SHIPMENTS or await self._has_shipments()
            is_at_hand = refused.code in AT_HAND.get(command, set()) or not has_shipment
            assert against or is_at_hand, (command, was, refused)
            return
        assert not against, (command, was, against, "was done though not available")
        state = (
            await self.world.run(
                lambda work: work.session.get(Order, (self.world.tenant_id, self.order_id))
            )
        ).state
        self.reached.add(state)
        targets = {*BY_COMMAND[command].targets, *_led_on(BY_COMMAND[command].targets)}
        assert state in targets, (command, was, state, "is not in the published table")

    async def _refusal(
        self, person: Person, command: Callable[[Work], Awaitable[Any]]
    ) -> DomainError | None:
        try:
            await self._as(person, command)
        except DomainError as refused:
            return refused
        return None

    async def _facts(self, work: Work, part: Decimal, turn: int) -> Facts:
        order = (await work.session.scalars(select(Order))).one()
        statement = select(Shipment.id).order_by(Shipment.number)
        shipments = (await work.session.scalars(statement)).all()
        shipment = shipments[-1 - turn % len(shipments)] if shipments else new_id()
        return Facts(order, OrderDocument(order, await lines_of(work, order)), shipment, part)

    async def _actions(self, person: Person) -> dict[C, str]:
        async def read(work: Work) -> dict[C, str]:
            found = await queries.orders_by_id(work, [self.order_id])
            if not found:
                return dict.fromkeys(COMMANDS, "out of sight")
            answers = await queries.actions_by_order(work, list(found.values()))
            return {item.command: item.reason for item in answers[self.order_id]}

        return await self._as(person, read)

    async def _check(self, work: Work) -> None:
        assert await broken_stock(work) == []
        assert await broken_books(work) == []
        assert await broken_orders(work) == []
        order = (await work.session.scalars(select(Order))).one()
        lines = [buckets_of(line) for line in await lines_of(work, order)]
        total = reduce(Buckets.__add__, lines, Buckets())
        state = OrderState(order.state)
        if state in BEFORE_STOCK:
            assert total.ordered == total.unallocated
        elif state is not OrderState.COMPLETED:
            mode = DeliveryMode(order.delivery_mode)
            assert state == roll_up(total, is_preparing=order.is_preparing, delivery_mode=mode)
        held = select(func.coalesce(func.sum(Reservation.quantity), 0)).where(
            Reservation.source_id == order.id
        )
        assert await work.session.scalar(held) == total.allocated - total.shipped
        missing = select(func.coalesce(func.sum(Shortage.quantity - Shortage.covered), 0)).where(
            Shortage.closed_at.is_(None)
        )
        assert await work.session.scalar(missing) == total.backordered
        planned = select(func.count()).where(Shipment.status == ShipmentStatus.PLANNED)
        assert await work.session.scalar(planned) == order.planned_shipments

    async def _has_shipments(self) -> bool:
        counted = select(func.count()).select_from(Shipment)
        return bool(await self.world.run(lambda work: work.session.scalar(counted)))

    async def _rule(self, threshold: Decimal) -> None:
        await self.world.save(
            ApprovalRule(
                organisation_id=self.chain.distributor,
                threshold=threshold,
                currency="CNY",
                created_at=LONG_AGO,
            )
        )

    async def _as(self, person: Person, command: Callable[[Work], Awaitable[Any]]) -> Any:
        identify = bearer(self.keys.read(person.token), self.cache)
        return await perform(self.database, self.world.tenant_id, identify, command)


def _led_on(targets: tuple[OrderState, ...]) -> set[OrderState]:
    return BY_ITSELF if OrderState.CONFIRMED in targets else set()
