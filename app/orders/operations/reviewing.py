"""Check an order under review, and keep what its reviewer saw (R1-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.operations import record
from app.catalog.operations import known_facts
from app.db.work import Work
from app.kernel.errors import NotFound
from app.orders.models import Order
from app.orders.operations.confirming import owed_besides
from app.orders.operations.documents import OrderDocument
from app.orders.rules.reviewing import ReviewCheck, ReviewCheckKind, ReviewFacts, checks_of
from app.orders.rules.states import DeliveryMode
from app.organisations.models import PaymentTerms
from app.organisations.operations import find_relationship
from app.tenants.operations import local_day

_KEPT = "order_review"


@dataclass(frozen=True, slots=True)
class OrderReview:
    """The checks of an order's revision; by whom and when, where it was reviewed."""

    order_id: UUID
    revision: int
    checks: Sequence[ReviewCheck]
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None


async def checked(work: Work, document: OrderDocument) -> list[ReviewCheck]:
    """Check an order as it stands now; three statements, for any number of lines."""
    order = document.order
    terms = await find_relationship(work, order.relationship_id)
    if terms is None:
        raise NotFound("TradingRelationship")
    known = await known_facts(work, {line.sku_id for line in document.lines})
    amounts = (line.gross + line.deposit for line in document.lines)
    return checks_of(
        ReviewFacts(
            lines=len(document.lines),
            is_delivered=order.delivery_mode == DeliveryMode.DELIVERY,
            has_address=order.delivery_address is not None,
            requested_on=order.requested_delivery_on,
            today=await local_day(work),
            total=order.total,
            of_lines=sum(amounts, Decimal(0)),
            unlisted=sorted({sku.name for sku in known.values() if not sku.is_listed}),
            currency=order.currency,
            is_prepaid=terms.payment_terms == PaymentTerms.PREPAID,
            paid=order.paid,
            owed=await owed_besides(work, order),
            limit=None if terms.is_credit_unlimited else terms.credit_limit or Decimal(0),
        )
    )


def keep(work: Work, order: Order, checks: Sequence[ReviewCheck]) -> None:
    """Note in the trail, which is the seller's alone, what the reviewer saw."""
    after = {"revision": order.revision, "checks": [each.stored() for each in checks]}
    record(work, "REVIEW_ORDER", _KEPT, order.id, after=after)


async def kept_review(work: Work, order: Order) -> OrderReview | None:
    """Return what the reviewer of an order's present revision saw; one statement."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == _KEPT, AuditEntry.subject_id == order.id)
        .order_by(AuditEntry.at.desc())
        .limit(1)
    )
    entry = await work.session.scalar(statement)
    if entry is None or entry.after["revision"] != order.revision:
        return None
    checks = [
        ReviewCheck(ReviewCheckKind(each["kind"]), each["is_passed"], each["text"])
        for each in entry.after["checks"]
    ]
    return OrderReview(order.id, order.revision, checks, entry.at, entry.actor_name)
