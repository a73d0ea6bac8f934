"""Tell people of money: those whose scope sees the trade that it is of, and nobody else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.money import round_money
from app.organisations.models import AssignedRep, Organisation, TradingRelationship
from app.organisations.operations import assigned_at
from app.rbac.models import Membership
from app.rbac.operations import granted_to, is_at_work
from app.rbac.permissions import Permission

_AMOUNTS = ("amount", "closing", "open", "total")
_WIDE = (Scope.ORGANISATION, Scope.BRANCH, Scope.TENANT)


@dataclass(frozen=True, slots=True)
class Watchers:
    """Both sides of a relationship by name, and who of each may read its money."""

    seller_id: UUID
    buyer_id: UUID
    names: Mapping[UUID, str]
    people: Mapping[UUID, Collection[UUID]]

    def besides(self, membership_id: UUID | None) -> list[UUID]:
        """Return the people of both sides, but for the side on which one person stands."""
        return [
            person
            for side in self.people.values()
            if membership_id is None or membership_id not in side
            for person in side
        ]


async def watchers_of(work: Work, relationship_id: UUID) -> Watchers:
    """Return who may read the money of a relationship; one statement.

    Of the seller also the representatives who look after the customer, however little they see
    besides.
    """
    terms = TradingRelationship
    looks_after = exists().where(
        AssignedRep.tenant_id == Membership.tenant_id,
        AssignedRep.relationship_id == terms.id,
        AssignedRep.membership_id == Membership.id,
        assigned_at(AssignedRep, work.now),
        Membership.organisation_id == terms.seller_id,
    )
    wide = granted_to(work, Permission.INVOICE_READ, _WIDE)
    assigned = granted_to(work, Permission.INVOICE_READ, (Scope.ASSIGNED,))
    watches = and_(
        Membership.tenant_id == Organisation.tenant_id,
        Membership.organisation_id == Organisation.id,
        is_at_work(),
        or_(wide, and_(assigned, looks_after)),
    )
    statement = (
        select(
            terms.seller_id,
            terms.buyer_id,
            Organisation.id,
            Organisation.name,
            Membership.id.label("person"),
        )
        .join(
            Organisation,
            and_(
                Organisation.tenant_id == terms.tenant_id,
                or_(Organisation.id == terms.seller_id, Organisation.id == terms.buyer_id),
            ),
        )
        .outerjoin(Membership, watches)
        .where(terms.id == relationship_id)
        .order_by(Organisation.id, Membership.id)
    )
    found: Sequence[Any] = (await work.session.execute(statement)).all()
    seller_id, buyer_id = found[0][:2]
    people: dict[UUID, list[UUID]] = {seller_id: [], buyer_id: []}
    for _, _, side, _, person in found:
        if person is not None:
            people[side].append(person)
    names = {side: name for _, _, side, name, _ in found}
    return Watchers(seller_id, buyer_id, names, people)


def tell_of_money(
    work: Work, event: DomainEvent, watchers: Watchers, people: Collection[UUID]
) -> None:
    """Tell people of an event of money, with the names of both sides.

    Amounts are said with as many places as their currency has.
    """
    currency = str(event.data["currency"])
    said: dict[str, Any] = {
        name: str(round_money(Decimal(str(event.data[name])), currency))
        for name in _AMOUNTS
        if name in event.data
    } | {
        "seller_name": watchers.names[watchers.seller_id],
        "buyer_name": watchers.names[watchers.buyer_id],
        "recipients": [str(person) for person in people],
    }
    data = {**event.data, **said}
    work.tell(DomainEvent(event.kind, event.subject_kind, event.subject_id, data))
