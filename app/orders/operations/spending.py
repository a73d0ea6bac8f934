"""What an order holds of its buyer's budgets: its total, less what is cancelled of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.budgets.operations import keep_spending
from app.budgets.rules import Wanted
from app.db.work import Work
from app.kernel.money import round_money
from app.orders.models import Order, OrderLine

_NOTHING = Decimal(0)


def wanted_of(order: Order) -> Wanted:
    """Return an order as budgets look at it: people of the buyer spend, its reps do not."""
    is_own = order.placed_by_organisation_id == order.buyer_id
    placed_by = order.placed_by_membership_id if is_own else None
    return Wanted(order.buyer_id, placed_by, order.currency, order.total)


async def give_spending_back(work: Work, order_id: UUID) -> None:
    """Let others spend what the order held; without effect where it held nothing."""
    with work.session.no_autoflush:
        await keep_spending(work, {order_id: _NOTHING})


async def keep_what_is_left(
    work: Work, lines: Mapping[UUID, tuple[str, Sequence[OrderLine]]]
) -> None:
    """Lower what orders, by id with their currency, hold to what their lines still come to."""
    kept = {
        key: sum((_left(line, currency) for line in found), _NOTHING)
        for key, (currency, found) in lines.items()
    }
    with work.session.no_autoflush:
        await keep_spending(work, kept)


async def keep_what_was_received(work: Work, order: Order, lines: Sequence[OrderLine]) -> None:
    """Lower what an order holds to what it is invoiced for; no statement where all was received."""
    if all(line.received == _wanted_pieces(line) for line in lines):
        return
    amount = sum((_part(line, line.received, order.currency) for line in lines), _NOTHING)
    with work.session.no_autoflush:
        await keep_spending(work, {order.id: amount})


def _left(line: OrderLine, currency: str) -> Decimal:
    return _part(line, _wanted_pieces(line), currency)


def _wanted_pieces(line: OrderLine) -> Decimal:
    return line.ordered - line.cancelled - line.short_closed


def _part(line: OrderLine, pieces: Decimal, currency: str) -> Decimal:
    share = Fraction(pieces) / Fraction(line.ordered)
    return round_money(Fraction(line.gross + line.deposit) * share, currency)
