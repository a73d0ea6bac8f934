"""What stands in the way of closing, what closing does, and which closings are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select, true, update

from app.audit.operations import record
from app.closing import locks
from app.closing.errors import StillTrades, TopStays
from app.closing.models import ClosingState, OrganisationClosing
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance.models import Invoice, PrepaidAccount
from app.inventory.models import StockBalance, Warehouse
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.orders.models import Order
from app.orders.rules.states import OrderState
from app.organisations.errors import OrganisationClosed
from app.organisations.models import (
    Organisation,
    OrganisationStatus,
    SellerProfile,
    TradingRelationship,
    unended_at,
)
from app.organisations.operations import Reach, told_to
from app.organisations.rules import as_noted
from app.people.leaving import shut_out
from app.rbac.operations import people_of
from app.rbac.permissions import Permission
from app.tenants.operations import raise_policy_version

MOST_A_RUN = 100
_OVER = (OrderState.COMPLETED, OrderState.CANCELLED, OrderState.REJECTED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of an organisation's trade is open; none of it may be when it closes."""

    branches: int
    customers: int
    orders: int
    invoices: int
    stocked_skus: int
    prepaid_balances: int

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not any(number for number, _ in self._named)

    @property
    def sentence(self) -> str:
        """What is open, in words."""
        return ", ".join(f"{number} {what}" for number, what in self._named if number)

    @property
    def _named(self) -> Sequence[tuple[int, str]]:
        return (
            (self.branches, "organisations stand below it"),
            (self.customers, "customers buy from it"),
            (self.orders, "orders are open"),
            (self.invoices, "invoices are not paid"),
            (self.stocked_skus, "SKUs lie in its warehouses"),
            (self.prepaid_balances, "prepaid balances are not used up or paid out"),
        )


def reach_of(work: Work) -> Reach:
    """Say whom the actor may close: the own organisation, and with BRANCH what it sees below."""
    scope = work.actor.scope_of(Permission.ORGANISATION_WRITE)
    return Reach(None if scope is Scope.TENANT else work.actor.own_organisation)


async def closable(
    work: Work, reach: Reach, organisation_id: UUID, *, is_branch: bool
) -> Organisation:
    """Return an organisation within reach that may close as far as the tree goes.

    Raises `NotFound`, `OrganisationClosed`, `TopStays`.
    """
    held: ColumnElement[bool] = reach.holds(work, Organisation.id)
    if not is_branch and reach.own is not None:
        held = Organisation.id == reach.own
    statement = select(Organisation).where(Organisation.id == organisation_id, held)
    found = (await work.session.scalars(statement)).first()
    if found is None:
        raise NotFound("Organisation").at("organisationId")
    if found.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(found.name).at("organisationId")
    if found.parent_id is None:
        raise TopStays(found.name)
    return found


async def standing_of(work: Work, organisation_id: UUID) -> Standing:
    """Count what of an organisation's trade is open; one statement."""
    tenant = work.tenant_id
    below = select(func.count()).where(
        Organisation.tenant_id == tenant,
        Organisation.parent_id == organisation_id,
        Organisation.status != OrganisationStatus.CLOSED,
    )
    customers = select(func.count()).where(
        TradingRelationship.tenant_id == tenant,
        TradingRelationship.seller_id == organisation_id,
        unended_at(work.now),
    )
    orders = select(func.count()).where(
        Order.tenant_id == tenant,
        or_(Order.buyer_id == organisation_id, Order.seller_id == organisation_id),
        Order.submitted_at.is_not(None),
        Order.state.not_in(_OVER),
    )
    invoices = select(func.count()).where(
        Invoice.tenant_id == tenant,
        or_(Invoice.buyer_id == organisation_id, Invoice.seller_id == organisation_id),
        Invoice.paid < Invoice.total,
    )
    own = exists().where(
        Warehouse.tenant_id == tenant,
        Warehouse.id == StockBalance.warehouse_id,
        Warehouse.organisation_id == organisation_id,
    )
    stocked = select(func.count(StockBalance.sku_id.distinct())).where(
        StockBalance.tenant_id == tenant, StockBalance.on_hand > 0, own
    )
    trades = exists().where(
        TradingRelationship.tenant_id == tenant,
        TradingRelationship.id == PrepaidAccount.relationship_id,
        or_(
            TradingRelationship.buyer_id == organisation_id,
            TradingRelationship.seller_id == organisation_id,
        ),
    )
    prepaid = select(func.count()).where(
        PrepaidAccount.tenant_id == tenant, PrepaidAccount.balance > 0, trades
    )
    parts = (below, customers, orders, invoices, stocked, prepaid)
    found = await work.session.execute(select(*(part.scalar_subquery() for part in parts)))
    return Standing(*found.one())


async def carry_out(work: Work, closing: OrganisationClosing, *, tells_all: bool) -> None:
    """Close an organisation at this instant and whole; whoever calls this holds the tree's lock.

    It waits for the orders that are being placed with it, and counts them. Only where `tells_all`
    is a refusal's reason named. Raises `StillTrades`.
    """
    await raise_policy_version(work)
    organisation = await locks.organisation(work, closing.organisation_id)
    if organisation is None or organisation.status == OrganisationStatus.CLOSED:
        raise NotFound("Organisation").at("organisationId")
    trade = await locks.trade_of(work, organisation.id)
    standing = await standing_of(work, organisation.id)
    if not standing.is_ready:
        raise StillTrades(organisation.name, standing.sentence if tells_all else "it still trades")
    sellers = {row.seller_id for row in trade}
    for row in trade:
        _end(work, row, closing.reason)
    before, organisation.status = organisation.status, OrganisationStatus.CLOSED
    await work.session.execute(
        update(SellerProfile)
        .where(SellerProfile.organisation_id == organisation.id)
        .values(is_published=False)
    )
    partners = await people_of(work, sellers, Permission.RELATIONSHIP_WRITE)
    await shut_out(work, organisation.id)
    closing.state, closing.decided_at = ClosingState.DONE, work.now
    asked_by = closing.asked_by_organisation_id
    record(
        work,
        "CLOSE_ORGANISATION",
        "organisation",
        organisation.id,
        before={"status": before},
        after=as_noted({"status": organisation.status, "closing_id": closing.id}),
        on_behalf_of=asked_by if work.actor.is_system else None,
        reason=closing.reason,
    )
    told = {"name": organisation.name} | told_to(partners)
    work.tell(DomainEvent("organisation_closed", "organisation", organisation.id, told))


async def due_closings(work: Work) -> Sequence[UUID]:
    """Return planned closings that are due, those that were to happen first first; bounded."""
    statement = (
        select(OrganisationClosing.id)
        .where(
            OrganisationClosing.state == ClosingState.PLANNED,
            OrganisationClosing.effective_at <= work.now,
        )
        .order_by(OrganisationClosing.effective_at, OrganisationClosing.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


def visible_closings(work: Work) -> ColumnElement[bool]:
    """Hold closings to those that the own organisation asked for; with TENANT all."""
    if work.actor.scope_of(Permission.ORGANISATION_WRITE) is Scope.TENANT:
        return true()
    return OrganisationClosing.asked_by_organisation_id == work.actor.own_organisation


def _end(work: Work, relationship: TradingRelationship, reason: str | None) -> None:
    relationship.valid_until, relationship.ended_by_closing = work.later(), True
    relationship.end_is_planned = False
    record(
        work,
        "CLOSE_RELATIONSHIP",
        "trading_relationship",
        relationship.id,
        after=as_noted({"valid_until": relationship.valid_until}),
        on_behalf_of=relationship.seller_id,
        reason=reason,
    )
    work.tell(DomainEvent("relationship_closed", "trading_relationship", relationship.id, {}))
