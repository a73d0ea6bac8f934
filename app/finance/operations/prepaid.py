"""Move what a buyer has paid ahead: in, out to an order, back, and paid out again (R0-31)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from app.audit import operations as audit
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance import locks
from app.finance.errors import PrepaidBalanceTooLow
from app.finance.models import (
    LedgerAccount,
    PrepaidAccount,
    PrepaidCause,
    PrepaidMovement,
)
from app.finance.operations.posting import Document, post
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.money import MAX_AMOUNT
from app.organisations.models import TradingRelationship

_OTHER_SIDE: Mapping[PrepaidCause, LedgerAccount] = {
    PrepaidCause.TOP_UP: LedgerAccount.CASH,
    PrepaidCause.PAY_OUT: LedgerAccount.CASH,
    PrepaidCause.ORDER: LedgerAccount.ADVANCE,
    PrepaidCause.REFUND: LedgerAccount.ADVANCE,
}


async def move_prepaid(  # noqa: PLR0913  # a movement has this many particulars
    work: Work,
    relationship_id: UUID,
    currency: str,
    amount: Decimal,
    cause: PrepaidCause,
    *,
    reference: str = "",
    source_id: UUID | None = None,
    movement_id: UUID | None = None,
) -> PrepaidAccount:
    """Add an amount to a prepaid balance, below zero take it, under lock; five statements.

    Raises `PrepaidBalanceTooLow` where it would fall below zero, and `Invalid` where it would grow
    beyond what the books can hold.
    """
    account = await locks.prepaid(work, relationship_id, currency)
    if account.balance + amount < 0:
        raise PrepaidBalanceTooLow(account.balance, -amount, currency)
    if account.balance + amount > MAX_AMOUNT:
        raise Invalid("amount", "makes a balance of more than the books can hold")
    account.balance += amount
    account.changed_at = work.now
    movement = PrepaidMovement(
        id=movement_id or new_id(),
        relationship_id=relationship_id,
        cause=cause,
        amount=amount,
        balance=account.balance,
        currency=currency,
        source_id=source_id,
        reference=reference,
        moved_at=work.now,
        moved_by_membership_id=work.actor.membership_id,
    )
    await work.save(movement)
    document = Document(relationship_id, "prepaid_movement", movement.id, currency)
    await post(work, document, {_OTHER_SIDE[cause]: amount, LedgerAccount.PREPAID: -amount})
    data = {"amount": str(amount), "currency": currency, "cause": cause.value}
    audit.record(work, "MOVE_PREPAID_BALANCE", "prepaid_movement", movement.id, after=data)
    return account


async def top_up(  # noqa: PLR0913, PLR0917  # what a top-up is made of
    work: Work,
    movement_id: UUID,
    relationship: TradingRelationship,
    amount: Decimal,
    reference: str,
    cause: PrepaidCause = PrepaidCause.TOP_UP,
) -> None:
    """Take money into a balance, or pay it out again, and tell of it."""
    signed = -amount if cause is PrepaidCause.PAY_OUT else amount
    account = await move_prepaid(
        work,
        relationship.id,
        relationship.currency,
        signed,
        cause,
        reference=reference,
        movement_id=movement_id,
    )
    data = {
        "amount": str(signed),
        "balance": str(account.balance),
        "currency": account.currency,
        "relationship_id": str(relationship.id),
        "seller_id": str(relationship.seller_id),
        "buyer_id": str(relationship.buyer_id),
    }
    work.tell(DomainEvent("prepaid_balance_moved", "trading_relationship", relationship.id, data))


async def prepaid_balance(work: Work, relationship_id: UUID) -> Decimal:
    """Lock the balance of a relationship, and return it: nobody else takes of it meanwhile."""
    account = await locks.prepaid_if_there(work, relationship_id)
    return account.balance if account else Decimal(0)
