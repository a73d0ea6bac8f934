"""Which invoices, credit notes and payments an actor may see: the one place that decides (F2)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Uuid, and_, bindparam, literal, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.db.reading import TENANT
from app.db.work import Work
from app.finance.models import CreditNote, Invoice, Payment
from app.kernel.actor import Scope
from app.organisations.models import TradingRelationship
from app.organisations.operations import customers_of
from app.rbac.permissions import Permission

ANYBODY = (
    TENANT,
    bindparam("own_organisation", type_=Uuid()),
    bindparam("own_membership", type_=Uuid()),
    bindparam("now", type_=DateTime(timezone=True)),
)


def visible_invoices(work: Work) -> ColumnElement[bool]:
    """Hold invoices to what the actor may see."""
    return _is_ours(work, Invoice.seller_id, Invoice.buyer_id, Invoice.relationship_id)


def visible_credit_notes(work: Work) -> ColumnElement[bool]:
    """Hold credit notes to what the actor may see."""
    return _is_ours(work, CreditNote.seller_id, CreditNote.buyer_id, CreditNote.relationship_id)


def visible_payments(work: Work) -> ColumnElement[bool]:
    """Hold payments to what the actor may see, where their relationship is joined."""
    parties = TradingRelationship.seller_id, TradingRelationship.buyer_id
    return _is_ours(work, *parties, Payment.relationship_id)


def parties_see(work: Work) -> ColumnElement[bool]:
    """Hold relationships to those whose money the actor may see."""
    parties = TradingRelationship.seller_id, TradingRelationship.buyer_id
    return _is_ours(work, *parties, TradingRelationship.id)


def _is_ours(
    work: Work,
    seller: InstrumentedAttribute[UUID],
    buyer: InstrumentedAttribute[UUID],
    relationship: InstrumentedAttribute[UUID],
) -> ColumnElement[bool]:
    """Hold money between two parties to what the actor may see, for this actor alone."""
    if work.actor.is_system:
        return true()
    own, member = literal(work.actor.own_organisation), literal(work.actor.membership_id, Uuid())
    who = literal(work.tenant_id), own, member, literal(work.now)
    return ours(reach_of(work), (seller, buyer, relationship), who)


def reach_of(work: Work) -> Scope:
    """Return which of three reaches the actor has: all of the system, own trade, or assigned."""
    if work.actor.is_system:
        return Scope.TENANT
    is_wide = work.actor.scope_of(Permission.INVOICE_READ).covers(Scope.ORGANISATION)
    return Scope.ORGANISATION if is_wide else Scope.ASSIGNED


def ours(
    reach: Scope,
    parties: Sequence[ColumnElement[UUID] | InstrumentedAttribute[UUID]],
    who: Sequence[ColumnElement[Any]],
) -> ColumnElement[bool]:
    """Hold money between two parties to what an actor may see: the one place that decides (F2).

    ASSIGNED: customers looked after. Wider: where the own organisation sells or buys; relationships
    further down show orders upstream, never money. `parties` are seller, buyer and relationship;
    `who` are tenant, organisation, membership and the instant.
    """
    if reach is Scope.TENANT:
        return true()
    seller, buyer, relationship = parties
    tenant, own, member, now = who
    if reach is Scope.ORGANISATION:
        return or_(seller == own, buyer == own)
    return and_(seller == own, relationship.in_(customers_of(tenant, member, now)))
