"""Row locks of finance: invoices first, then payments in order of arrival, then the balance."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db.work import Work
from app.finance.models import CreditNote, Invoice, Payment, PrepaidAccount
from app.organisations.models import TradingRelationship


async def invoice_of(work: Work, source_id: UUID) -> Invoice | None:
    """Lock and return the invoice of a source, if there is one."""
    statement = select(Invoice).where(Invoice.source_id == source_id).with_for_update()
    fresh = statement.execution_options(populate_existing=True)
    return (await work.session.execute(fresh)).scalar_one_or_none()


async def own_invoice(work: Work, invoice_id: UUID) -> Invoice | None:
    """Lock and return an invoice that the own organisation issued."""
    statement = (
        select(Invoice)
        .where(Invoice.id == invoice_id, Invoice.seller_id == work.actor.own_organisation)
        .with_for_update()
    )
    fresh = statement.execution_options(populate_existing=True)
    return (await work.session.execute(fresh)).scalar_one_or_none()


async def unallocated_payments(work: Work, source_id: UUID) -> list[Payment]:
    """Lock and return the payments for a source that no invoice has taken in full."""
    statement = (
        select(Payment)
        .where(Payment.source_id == source_id, Payment.unallocated > 0)
        .order_by(Payment.received_at, Payment.id)
        .with_for_update()
    )
    fresh = statement.execution_options(populate_existing=True)
    return list((await work.session.execute(fresh)).scalars())


async def invoices(work: Work, invoice_ids: Collection[UUID]) -> Sequence[Invoice]:
    """Lock invoices in the order of their ids."""
    statement = (
        select(Invoice)
        .where(Invoice.id.in_(set(invoice_ids)))
        .order_by(Invoice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(statement)).all()


async def own_payment(work: Work, payment_id: UUID) -> Payment | None:
    """Lock and return a payment that came in for the own organisation."""
    statement = (
        select(Payment)
        .join(TradingRelationship, TradingRelationship.id == Payment.relationship_id)
        .where(
            Payment.id == payment_id,
            TradingRelationship.seller_id == work.actor.own_organisation,
        )
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(statement)).first()


async def own_credit_note(work: Work, note_id: UUID) -> CreditNote | None:
    """Lock and return a credit note that the own organisation issued."""
    statement = (
        select(CreditNote)
        .where(CreditNote.id == note_id, CreditNote.seller_id == work.actor.own_organisation)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(statement)).first()


async def own_purchases(work: Work, relationship_id: UUID) -> TradingRelationship | None:
    """Return a relationship in which the own organisation buys; answers to it come in turn."""
    statement = (
        select(TradingRelationship)
        .where(
            TradingRelationship.id == relationship_id,
            TradingRelationship.buyer_id == work.actor.own_organisation,
        )
        .with_for_update(key_share=True)
    )
    return (await work.session.scalars(statement)).first()


async def prepaid(work: Work, relationship_id: UUID, currency: str) -> PrepaidAccount:
    """Lock the prepaid account of a relationship, which is there from now on."""
    new = insert(PrepaidAccount).values(
        tenant_id=work.tenant_id,
        relationship_id=relationship_id,
        currency=currency,
        balance=0,
        changed_at=work.now,
    )
    await work.session.execute(new.on_conflict_do_nothing())
    account = await prepaid_if_there(work, relationship_id)
    assert account is not None
    return account


async def prepaid_if_there(work: Work, relationship_id: UUID) -> PrepaidAccount | None:
    """Lock the prepaid account of a relationship, if money ever came to it."""
    statement = (
        select(PrepaidAccount)
        .where(PrepaidAccount.relationship_id == relationship_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(statement)).first()
