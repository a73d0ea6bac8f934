"""Write the papers that are made from the code: the order's states, the limits of the edge."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from app.edge.limits import limits_table
from app.orders.rules import buckets
from app.orders.rules.buckets import Buckets, Movement
from app.orders.rules.roll_up import roll_up
from app.orders.rules.states import DeliveryMode, OrderState
from app.orders.rules.transitions import BY_COMMAND, TRANSITIONS, OrderCommand, Side, Transition
from launch.migrations import PROJECT

ORDER_STATES = PROJECT / "docs" / "order-states.md"
EDGE = PROJECT / "docs" / "edge.md"
_TABLE_BEGINS, _TABLE_ENDS = "<!-- limits -->\n", "<!-- end -->\n"
_C, _S = OrderCommand, OrderState
_PIECES = Decimal(1)
_BEFORE_CONFIRMATION = (
    _C.SUBMIT,
    _C.RECORD_PAYMENT,
    _C.REVIEW,
    _C.SEND_BACK,
    _C.APPROVE,
    _C.REJECT,
    _C.REVISE,
    _C.ASK_PAYMENT,
)
_HEADING = """\
# The states of an order

Written from `app/orders/rules/transitions.py` by `make papers`; a test fails when it is stale. The
same table is enforced on every command and answered by the query `orderTransitions`.

## The way of an order

From placing to confirmation an order stands before the first gate that is still shut. From then on
its state is that of its least advanced pieces: the picture shows an order whose pieces all move at
once. CANCEL leads from every state before PREPARING to CANCELLED, and CHANGE back to DRAFT; where
part of an order has gone further, CANCEL gives up the rest and the state is that of what remains.

SUBMITTED is passed through within one transaction, so no order is found in it. Under terms that ask
for payment after approval, ASK_PAYMENT follows the last gate in the same transaction, so such an
order is not found CONFIRMED before it is paid.

```mermaid
stateDiagram-v2
    direction LR
    [*] --> DRAFT
"""
_MIDDLE = """\
    COMPLETED --> [*]
    CANCELLED --> [*]
```

## The table

A command needs one of the states named, one of the permissions named and the side named. The reason
is what the refusal says when something else stands against it. With several states in the last
column, the order's terms and the quantities of its lines decide.

| Command | From | Whose, with which permission | Reason against it | To |
|---|---|---|---|---|
"""


class Edge(NamedTuple):
    """One arrow of the picture."""

    source: OrderState
    target: OrderState
    command: OrderCommand


class _Standing(NamedTuple):
    total: Buckets
    is_preparing: bool
    mode: DeliveryMode

    @property
    def state(self) -> OrderState:
        return roll_up(self.total, is_preparing=self.is_preparing, delivery_mode=self.mode)


def write_order_states() -> None:
    """Write `docs/order-states.md` anew."""
    ORDER_STATES.write_text(order_states(), "utf-8")


def order_states() -> str:
    """Return the paper's text."""
    return _HEADING + "".join(_arrows()) + _MIDDLE + "".join(map(_row, TRANSITIONS))


def write_edge() -> None:
    """Write the table in `docs/edge.md` anew."""
    EDGE.write_text(edge_paper(), "utf-8")


def edge_paper() -> str:
    """Return the paper's text: as it is, with the table as the limits are."""
    before, begins, rest = EDGE.read_text("utf-8").partition(_TABLE_BEGINS)
    return before + begins + limits_table() + _TABLE_ENDS + rest.partition(_TABLE_ENDS)[2]


def edges() -> list[Edge]:
    """Return every arrow, in the order of states and then of the table."""
    places = {command: place for place, command in enumerate(OrderCommand)}
    states = {state: place for place, state in enumerate(OrderState)}
    found = {*_gates(), *_ways(), Edge(_S.RECEIVED, _S.COMPLETED, _C.SETTLE)}
    return sorted(
        found, key=lambda edge: (states[edge.source], states[edge.target], places[edge.command])
    )


def _arrows() -> Iterator[str]:
    labels: dict[tuple[OrderState, OrderState], list[str]] = {}
    for edge in edges():
        labels.setdefault((edge.source, edge.target), []).append(edge.command)
    for (source, target), commands in labels.items():
        yield f"    {source} --> {target}: {', '.join(commands)}\n"


def _gates() -> Iterator[Edge]:
    for command in _BEFORE_CONFIRMATION:
        row = BY_COMMAND[command]
        targets = [state for state in row.targets if state in {*_SUBMITTED_TO, *_SENT_BACK_TO}]
        sources = [_S.PENDING_PAYMENT] if command is _C.RECORD_PAYMENT else row.sources
        yield from (
            Edge(source, target, command)
            for source in sources
            for target in targets
            if source is not target
        )


_SUBMITTED_TO = BY_COMMAND[_C.SUBMIT].targets
_SENT_BACK_TO = (_S.DRAFT, _S.REJECTED)


def _ways() -> Iterator[Edge]:
    """Follow an order of one piece through everything that can happen to it once confirmed."""
    fresh = Buckets(ordered=_PIECES, unallocated=_PIECES)
    open_ones = [_Standing(fresh, is_preparing=False, mode=mode) for mode in DeliveryMode]
    seen = set(open_ones)
    while open_ones:
        here = open_ones.pop()
        for command, there in _steps(here):
            if here.state not in BY_COMMAND[command].sources:
                continue
            if here.state is not there.state:
                yield Edge(here.state, there.state, command)
            if there not in seen:
                seen.add(there)
                open_ones.append(there)


def _steps(here: _Standing) -> Iterator[tuple[OrderCommand, _Standing]]:
    if here.total.to_pick and not here.is_preparing:
        yield _C.START_PREPARATION, here._replace(is_preparing=True)
    elif here.total.to_pick:
        done = here.total.moved(buckets.prepare(here.total))
        yield _C.FINISH_PREPARATION, here._replace(total=done, is_preparing=False)
    for command, movement in _movements(here.total, here.mode):
        yield command, here._replace(total=here.total.moved(movement))


def _movements(total: Buckets, mode: DeliveryMode) -> Iterator[tuple[OrderCommand, Movement]]:
    if total.unallocated:
        yield _C.ALLOCATE, buckets.allocate(total, total.unallocated, short_close=False)
        yield _C.ALLOCATE, buckets.allocate(total, Decimal(0), short_close=False)
        yield _C.ALLOCATE, buckets.allocate(total, Decimal(0), short_close=True)
    if total.backordered:
        yield _C.COVER_BACKORDER, buckets.cover_backorder(total.backordered)
        yield _C.SHORT_CLOSE, buckets.close_short(total)
    if total.to_ship:
        leave = _C.HAND_OVER if mode is DeliveryMode.DELIVERY else _C.ARRIVE_AT_PICKUP_POINT
        yield leave, buckets.ship(total.to_ship)
    if total.in_transit:
        yield _C.SIGN, buckets.sign(total.in_transit, Decimal(0))
        yield _C.SIGN, buckets.sign(Decimal(0), total.in_transit)
        yield _C.LOSE_GOODS, buckets.lose(total.in_transit)
    if total.refused:
        yield _C.RETURN_TO_WAREHOUSE, buckets.take_back(total.refused, deliver_again=True)
        yield _C.RETURN_TO_WAREHOUSE, buckets.take_back(total.refused, deliver_again=False)
    if total.to_receive:
        yield _C.CONFIRM_RECEIPT, buckets.confirm_receipt(total.to_receive, Decimal(0))


def _row(transition: Transition) -> str:
    cells = (
        transition.command,
        _listed(transition.sources),
        _whose(transition),
        transition.obstacle,
        _listed(transition.targets),
    )
    return f"| {' | '.join(cells)} |\n"


def _listed(states: tuple[OrderState, ...]) -> str:
    return ", ".join(state for state in OrderState if state in states)


def _whose(transition: Transition) -> str:
    if transition.is_automatic:
        return "by itself"
    side = "either side" if transition.side is Side.EITHER else f"the {transition.side.lower()}"
    return f"{side}: {' or '.join(transition.permissions)}"
