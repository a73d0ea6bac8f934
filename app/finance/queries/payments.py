"""What an actor may read of payments and prepaid balances."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.finance.models import InvoiceAllocation, Payment, PrepaidAccount, PrepaidMovement
from app.finance.operations.sight import parties_see, visible_payments
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.INVOICE_READ)
async def payments(
    work: Work,
    page: PageRequest,
    relationship_id: UUID | None = None,
    *,
    only_unallocated: bool = False,
) -> Page[Payment]:
    """Return visible payments, the newest first; of one relationship, or with something left."""
    statement = (
        select(Payment)
        .join(TradingRelationship, TradingRelationship.id == Payment.relationship_id)
        .where(visible_payments(work))
    )
    if relationship_id is not None:
        statement = statement.where(Payment.relationship_id == relationship_id)
    if only_unallocated:
        statement = statement.where(Payment.unallocated > 0)
    rows = (await work.session.scalars(newest_first(statement, page, Payment.id))).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires()
async def payments_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Payment]:
    """Return visible payments by id; none without the permission INVOICE_READ."""
    if not work.actor.may(Permission.INVOICE_READ):
        return {}
    statement = (
        select(Payment)
        .join(TradingRelationship, TradingRelationship.id == Payment.relationship_id)
        .where(Payment.id.in_(set(ids)), visible_payments(work))
    )
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.INVOICE_READ)
async def payment(work: Work, payment_id: UUID) -> Payment:
    """Return one visible payment; raises `NotFound`."""
    found = (await payments_by_id(work, {payment_id})).get(payment_id)
    if found is None:
        raise NotFound("Payment")
    return found


@requires(Permission.INVOICE_READ)
async def allocations_of(
    work: Work, payment_ids: Collection[UUID]
) -> dict[UUID, list[tuple[UUID, Decimal]]]:
    """Return how much of which invoices visible payments cover; one statement."""
    found: dict[UUID, list[tuple[UUID, Decimal]]] = {key: [] for key in payment_ids}
    amount = func.sum(InvoiceAllocation.amount)
    statement = (
        select(InvoiceAllocation.payment_id, InvoiceAllocation.invoice_id, amount)
        .join(Payment, Payment.id == InvoiceAllocation.payment_id)
        .join(TradingRelationship, TradingRelationship.id == Payment.relationship_id)
        .where(InvoiceAllocation.payment_id.in_(set(payment_ids)), visible_payments(work))
        .group_by(InvoiceAllocation.payment_id, InvoiceAllocation.invoice_id)
        .having(amount != 0)
        .order_by(InvoiceAllocation.invoice_id)
    )
    rows: Sequence[Any] = (await work.session.execute(statement)).all()
    for key, invoice_id, covered in rows:
        found[key].append((invoice_id, covered))
    return found


@requires(Permission.INVOICE_READ)
async def prepaid_account(work: Work, relationship_id: UUID) -> PrepaidAccount:
    """Return what the buyer of a relationship has paid ahead, for the two parties.

    Raises `NotFound` for relationships of others. One to which no money ever came is empty.
    """
    statement = (
        select(TradingRelationship, PrepaidAccount)
        .outerjoin(PrepaidAccount, PrepaidAccount.relationship_id == TradingRelationship.id)
        .where(TradingRelationship.id == relationship_id, parties_see(work))
    )
    found = (await work.session.execute(statement)).first()
    if found is None:
        raise NotFound("TradingRelationship").at("relationshipId")
    relationship, account = found
    empty = PrepaidAccount(
        relationship_id=relationship.id, currency=relationship.currency, balance=Decimal(0)
    )
    return account or empty


@requires(Permission.INVOICE_READ)
async def prepaid_movements(
    work: Work, relationship_ids: Collection[UUID], first: int
) -> dict[UUID, Sequence[PrepaidMovement]]:
    """Return the newest movements of visible prepaid balances; one statement."""
    found: dict[UUID, list[PrepaidMovement]] = {key: [] for key in relationship_ids}
    place = func.row_number().over(
        partition_by=PrepaidMovement.relationship_id, order_by=PrepaidMovement.id.desc()
    )
    newest = (
        select(PrepaidMovement.id.label("id"), place.label("place"))
        .join(TradingRelationship, TradingRelationship.id == PrepaidMovement.relationship_id)
        .where(PrepaidMovement.relationship_id.in_(set(relationship_ids)), parties_see(work))
        .subquery()
    )
    statement = (
        select(PrepaidMovement)
        .join(newest, newest.c.id == PrepaidMovement.id)
        .where(newest.c.place <= first)
        .order_by(PrepaidMovement.id.desc())
    )
    for row in await work.session.scalars(statement):
        found[row.relationship_id].append(row)
    return dict(found)
