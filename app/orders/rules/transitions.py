"""The order's transitions as data: from, command, to, permission, side, guard (F8).

The table is published through the API; `availability` says what a viewer may do now, and why not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.kernel.actor import Actor
from app.orders.rules.guards import ON_HOLD, Guard, OrderCommand, OrderFacts, Side
from app.orders.rules.states import CreditStatus, DeliveryMode, OrderState
from app.rbac.permissions import Permission

S = OrderState


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table; several targets mean that the order's facts decide between them."""

    command: OrderCommand
    sources: tuple[OrderState, ...]
    targets: tuple[OrderState, ...]
    permissions: tuple[Permission, ...]
    side: Side
    guard: Guard
    source: str
    stops_on_hold: bool = False

    @property
    def obstacle(self) -> str:
        """What is said when something beyond the state stands against it; empty for nothing."""
        return " ".join(filter(None, (self.guard.value, ON_HOLD if self.stops_on_hold else "")))

    @property
    def is_automatic(self) -> bool:
        """Whether the system does it by itself, when its conditions come true."""
        return not self.permissions


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a viewer may give a command now; `reason` says why not, or is empty."""

    command: OrderCommand
    reason: str

    @property
    def is_available(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reason


_GATES = (S.PENDING_PAYMENT, S.PENDING_REVIEW, S.PENDING_APPROVAL, S.CONFIRMED)
_TO_PAY = (S.PENDING_PAYMENT,)
_OPEN = (S.ALLOCATED, S.BACKORDERED, S.PREPARING, S.PREPARED, S.SHIPPED, S.READY_FOR_PICKUP)
_MOVING = (*_OPEN, S.REFUSED, S.SIGNED, S.RECEIVED)
_BEFORE_PREPARATION = (
    S.DRAFT,
    S.SUBMITTED,
    S.PENDING_PAYMENT,
    S.PENDING_REVIEW,
    S.PENDING_APPROVAL,
    S.REJECTED,
    S.CONFIRMED,
    S.BACKORDERED,
    S.ALLOCATED,
)
_HOLDABLE = (
    S.PENDING_PAYMENT,
    S.PENDING_REVIEW,
    S.PENDING_APPROVAL,
    S.CONFIRMED,
    *_OPEN,
)
_P = Permission
_ORDERING = (_P.ORDER_PLACE, _P.ORDER_PLACE_FOR_CUSTOMER)
_C = OrderCommand

TRANSITIONS: tuple[Transition, ...] = (
    Transition(_C.SUBMIT, (S.DRAFT,), _GATES, _ORDERING, Side.EITHER, Guard.NONE, "R1-14, R0-28"),
    Transition(
        _C.RECORD_PAYMENT,
        (S.PENDING_PAYMENT, *_MOVING, S.CONFIRMED, S.COMPLETED),
        (*_GATES, *_MOVING, S.COMPLETED),
        (_P.PAYMENT_RECORD,),
        Side.SELLER,
        Guard.UNPAID,
        "R4-26, R0-34",
    ),
    Transition(
        _C.PAY_FROM_BALANCE,
        (S.PENDING_PAYMENT, *_MOVING, S.CONFIRMED, S.COMPLETED),
        (*_GATES, *_MOVING, S.COMPLETED),
        (_P.PAYMENT_RECORD, *_ORDERING),
        Side.EITHER,
        Guard.FROM_BALANCE,
        "R0-31",
    ),
    Transition(
        _C.REVIEW,
        (S.PENDING_REVIEW,),
        (S.PENDING_APPROVAL, S.PENDING_PAYMENT, S.CONFIRMED),
        (_P.ORDER_REVIEW,),
        Side.SELLER,
        Guard.NONE,
        "R1-17, R4-27",
    ),
    Transition(
        _C.SEND_BACK,
        (S.PENDING_REVIEW,),
        (S.DRAFT,),
        (_P.ORDER_REVIEW,),
        Side.SELLER,
        Guard.NONE,
        "R1-18",
    ),
    Transition(
        _C.APPROVE,
        (S.PENDING_APPROVAL,),
        (S.PENDING_APPROVAL, S.PENDING_PAYMENT, S.CONFIRMED),
        (_P.APPROVAL_DECIDE,),
        Side.EITHER,
        Guard.APPROVER,
        "R3-53..R3-55, R0-29",
    ),
    Transition(
        _C.REJECT,
        (S.PENDING_APPROVAL,),
        (S.REJECTED,),
        (_P.APPROVAL_DECIDE,),
        Side.EITHER,
        Guard.APPROVER,
        "R3-53..R3-55",
    ),
    Transition(
        _C.REVISE, (S.REJECTED,), (S.DRAFT,), _ORDERING, Side.EITHER, Guard.NONE, "R3-50, R1-18"
    ),
    Transition(
        _C.ASK_PAYMENT,
        (S.SUBMITTED, S.PENDING_REVIEW, S.PENDING_APPROVAL),
        _TO_PAY,
        (),
        Side.SELLER,
        Guard.NONE,
        "R0-31..R0-34",
    ),
    Transition(_C.EXPIRE_PAYMENT, _TO_PAY, (S.CANCELLED,), (), Side.SELLER, Guard.UNPAID, "R4-26"),
    Transition(
        _C.RELEASE_CREDIT,
        (S.CONFIRMED, *_OPEN),
        (S.CONFIRMED, *_OPEN),
        (_P.CREDIT_RELEASE,),
        Side.SELLER,
        Guard.CREDIT_HELD,
        "Our rule 8",
    ),
    Transition(
        _C.HOLD,
        _HOLDABLE,
        _HOLDABLE,
        (_P.ORDER_REVIEW, _P.CREDIT_RELEASE),
        Side.SELLER,
        Guard.NONE,
        "domain.md (b) 3",
    ),
    Transition(
        _C.OVERRIDE_HOLD,
        _HOLDABLE,
        _HOLDABLE,
        (_P.CREDIT_RELEASE,),
        Side.SELLER,
        Guard.ON_HOLD,
        "Our rule 8",
    ),
    Transition(
        _C.ALLOCATE,
        (S.CONFIRMED,),
        (S.ALLOCATED, S.BACKORDERED, S.CANCELLED),
        (_P.ORDER_ALLOCATE,),
        Side.SELLER,
        Guard.CREDIT_NOT_HELD,
        "R1-19..R1-24",
        stops_on_hold=True,
    ),
    Transition(
        _C.COVER_BACKORDER,
        _MOVING,
        (S.ALLOCATED, S.PREPARING),
        (_P.ORDER_ALLOCATE,),
        Side.SELLER,
        Guard.BACKORDERED,
        "R1-22, R1-33",
        stops_on_hold=True,
    ),
    Transition(
        _C.SHORT_CLOSE,
        _MOVING,
        (*_MOVING, S.CANCELLED),
        (_P.ORDER_ALLOCATE, _P.ORDER_CANCEL),
        Side.SELLER,
        Guard.BACKORDERED,
        "domain.md (b) 33",
    ),
    Transition(
        _C.START_PREPARATION,
        (S.ALLOCATED,),
        (S.PREPARING,),
        (_P.PREPARATION_WRITE,),
        Side.SELLER,
        Guard.CREDIT_NOT_HELD,
        "R3-56, R1-54",
        stops_on_hold=True,
    ),
    Transition(
        _C.FINISH_PREPARATION,
        (S.PREPARING,),
        (S.PREPARED,),
        (_P.PREPARATION_WRITE,),
        Side.SELLER,
        Guard.TO_PICK,
        "R3-57, R1-55, R1-56",
        stops_on_hold=True,
    ),
    Transition(
        _C.BOOK_CARRIER,
        _OPEN,
        _OPEN,
        (_P.CARRIER_BOOK,),
        Side.SELLER,
        Guard.PACKED,
        "R3-58",
        stops_on_hold=True,
    ),
    Transition(
        _C.HAND_OVER,
        _OPEN,
        _OPEN,
        (_P.SHIPMENT_WRITE,),
        Side.SELLER,
        Guard.PLANNED_DELIVERY,
        "R1-57, R1-61",
        stops_on_hold=True,
    ),
    Transition(
        _C.ARRIVE_AT_PICKUP_POINT,
        _OPEN,
        _OPEN,
        (_P.SHIPMENT_WRITE,),
        Side.SELLER,
        Guard.PLANNED_PICKUP,
        "R4-33..R4-37",
        stops_on_hold=True,
    ),
    Transition(
        _C.REPORT_TRACKING,
        _MOVING,
        _MOVING,
        (_P.SHIPMENT_WRITE,),
        Side.SELLER,
        Guard.IN_TRANSIT,
        "R3-24, R3-59",
    ),
    Transition(
        _C.LOSE_GOODS,
        _MOVING,
        (*_MOVING, S.CANCELLED),
        (_P.SHIPMENT_WRITE,),
        Side.SELLER,
        Guard.IN_TRANSIT,
        "R2-20, R1-63",
    ),
    Transition(
        _C.SIGN,
        _MOVING,
        _MOVING,
        (_P.RECEIPT_SIGN,),
        Side.EITHER,
        Guard.IN_TRANSIT,
        "R1-65, R4-39, R3-61",
    ),
    Transition(
        _C.RETURN_TO_WAREHOUSE,
        _MOVING,
        (*_MOVING, S.CANCELLED),
        (_P.SHIPMENT_WRITE,),
        Side.SELLER,
        Guard.REFUSED,
        "R1-63..R1-65, R1-71",
    ),
    Transition(
        _C.CONFIRM_RECEIPT,
        _MOVING,
        _MOVING,
        (_P.RECEIPT_CONFIRM,),
        Side.EITHER,
        Guard.TO_RECEIVE,
        "R3-62, R4-39",
    ),
    Transition(
        _C.SETTLE,
        (S.RECEIVED,),
        (S.COMPLETED,),
        (_P.ORDER_SETTLE,),
        Side.SELLER,
        Guard.NONE,
        "R3-63, R0-35",
    ),
    Transition(
        _C.CANCEL,
        _BEFORE_PREPARATION,
        (S.CANCELLED, *_MOVING),
        (_P.ORDER_CANCEL,),
        Side.EITHER,
        Guard.NONE,
        "R1-31",
    ),
    Transition(
        _C.CHANGE,
        _BEFORE_PREPARATION,
        (S.DRAFT,),
        (_P.ORDER_CANCEL,),
        Side.EITHER,
        Guard.NOTHING_PICKED,
        "R1-31",
    ),
    Transition(
        _C.REQUEST_CANCEL,
        (S.PREPARING, S.PREPARED, S.SHIPPED, S.READY_FOR_PICKUP),
        (S.PREPARING, S.PREPARED, S.SHIPPED, S.READY_FOR_PICKUP),
        (_P.ORDER_CANCEL,),
        Side.EITHER,
        Guard.NO_EXCEPTION,
        "R1-30..R1-32, R2-20",
    ),
)

BY_COMMAND = {transition.command: transition for transition in TRANSITIONS}


def availability(transition: Transition, facts: OrderFacts, actor: Actor) -> Availability:
    """Say whether this actor may give the command now, with the first reason against it."""
    return Availability(transition.command, _obstacle(transition, facts, actor))


def allowed_commands(state: OrderState) -> list[OrderCommand]:
    """Return the commands that the state itself permits, in the table's order."""
    return [row.command for row in TRANSITIONS if state in row.sources]


def _obstacle(transition: Transition, facts: OrderFacts, actor: Actor) -> str:
    if facts.state not in transition.sources:
        return f"Not possible while the order is {facts.state}."
    if transition.is_automatic and not actor.is_system:
        return "Happens by itself."
    if not (transition.is_automatic or any(map(actor.may, transition.permissions))):
        return f"This needs the permission {' or '.join(transition.permissions)}."
    if facts.viewer_side is None:
        return "Only the seller and the buyer may do this."
    if transition.side is not Side.EITHER and facts.viewer_side is not transition.side:
        return f"Only the {transition.side.lower()} may do this."
    return _beyond_the_state(transition, facts)


def _beyond_the_state(transition: Transition, facts: OrderFacts) -> str:
    if not _HOLDS[transition.guard](facts):
        return transition.guard.value
    return ON_HOLD if transition.stops_on_hold and facts.is_on_hold else ""


_HOLDS: Mapping[Guard, Callable[[OrderFacts], bool]] = {
    Guard.NONE: lambda _: True,
    Guard.CREDIT_NOT_HELD: lambda facts: facts.credit_status is not CreditStatus.HELD,
    Guard.CREDIT_HELD: lambda facts: facts.credit_status is CreditStatus.HELD,
    Guard.ON_HOLD: lambda facts: facts.is_on_hold,
    Guard.APPROVER: lambda facts: facts.viewer_may_approve and not facts.viewer_made_it,
    Guard.PACKED: lambda facts: facts.total.to_ship > 0,
    Guard.PLANNED_DELIVERY: lambda facts: (
        facts.has_planned_shipment and facts.delivery_mode is DeliveryMode.DELIVERY
    ),
    Guard.PLANNED_PICKUP: lambda facts: (
        facts.has_planned_shipment and facts.delivery_mode is DeliveryMode.PICKUP
    ),
    Guard.TO_RECEIVE: lambda facts: facts.total.to_receive > 0,
    Guard.IN_TRANSIT: lambda facts: facts.total.in_transit > 0,
    Guard.REFUSED: lambda facts: facts.total.refused > 0,
    Guard.BACKORDERED: lambda facts: facts.total.backordered > 0,
    Guard.TO_PICK: lambda facts: facts.total.to_pick > 0,
    Guard.NO_EXCEPTION: lambda facts: not facts.has_open_exception,
    Guard.UNPAID: lambda facts: not facts.is_fully_paid,
    Guard.FROM_BALANCE: lambda facts: facts.is_paid_from_balance and not facts.is_fully_paid,
    Guard.NOTHING_PICKED: lambda facts: facts.total.picked == 0,
}
