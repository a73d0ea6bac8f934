"""The clock: one process of all gives the commands that only time triggers (R4-26, R3-62).

What is due is asked of the database at every tick, so nothing is lost when a process ends.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from app.announcements.commands import begin_announcement
from app.announcements.operations import due_announcements
from app.audit.operations.sealing import unsealed
from app.care.commands.watching import close_quiet_ticket, watch_ticket
from app.care.operations.deadlines import neglected_tickets, quiet_tickets
from app.catalog.commands import index_products
from app.catalog.operations import unindexed_products
from app.checkout.commands import ask_about_payment
from app.checkout.operations.asking import unclear_payments
from app.closing.commands import carry_out_closing, refuse_closing
from app.closing.operations import due_closings
from app.db.database import Database
from app.db.work import Work, acting_as, perform
from app.exchange.commands.forgetting import forget_run
from app.exchange.operations.forgetting import old_runs
from app.finance.commands.overdue import note_overdue_invoice
from app.finance.operations.overdue import overdue_invoices
from app.fulfilment.commands.bookings import ask_carrier_again
from app.fulfilment.commands.exceptions import note_late_delivery
from app.fulfilment.commands.receive import confirm_overdue_receipt
from app.fulfilment.operations.bookings import due_questions
from app.fulfilment.operations.deadlines import overdue_receipts
from app.fulfilment.operations.lateness import late_shipments
from app.inventory.commands import check_stock
from app.inventory.operations.alerting import stock_to_check
from app.kernel.actor import system_actor
from app.kernel.errors import DomainError, Invalid, NotFound, Refused
from app.notifications.commands import gather_digest
from app.notifications.operations import due_digests
from app.ordering.commands.making import make_standing_order, refuse_standing_order
from app.ordering.operations.standing import due_standing_orders
from app.orders.commands.cancel import expire_payment
from app.orders.commands.decide import urge_approvers
from app.orders.commands.hold import end_expired_hold
from app.orders.errors import NotPossibleNow
from app.orders.operations.deadlines import neglected_approvals, overdue_payments
from app.orders.operations.holds import expired_holds
from app.organisations.commands import carry_out_move, refuse_move, tell_relationship_end
from app.organisations.operations import due_moves, due_relationship_ends
from app.people.commands.trail import seal_trail
from app.promotions.commands import age_membership, expire_points
from app.promotions.operations.deadlines import faded_memberships, points_over
from app.tenants.operations import active_tenant_ids
from workers.connecting import patient_database
from workers.leading import Connection, Leader
from workers.schedules import Schedule, fire

log = logging.getLogger("tributary.clock")

TICK_SECONDS = 60.0
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Duty:
    """What time triggers: the ids of what is due, and the command each of them gets.

    Where `refused` is told, it is given what the command refused, in a work of its own.
    """

    due: Callable[[Work], Awaitable[Sequence[UUID]]]
    command: Callable[[Work, UUID], Awaitable[UUID]]
    refused: Callable[[Work, UUID, DomainError], Awaitable[UUID]] | None = None

    def command_for(self, due_id: UUID) -> Callable[[Work], Awaitable[UUID]]:
        """Return the command with what it is due for."""

        async def command(work: Work) -> UUID:
            return await self.command(work, due_id)

        return command

    def refusal_for(
        self, due_id: UUID, refusal: DomainError
    ) -> Callable[[Work], Awaitable[UUID]] | None:
        """Return the command that notes a refusal; none where nobody wants to know."""
        refused = self.refused
        return refused and (lambda work: refused(work, due_id, refusal))


DUTIES = (
    Duty(overdue_payments, expire_payment),
    Duty(neglected_approvals, urge_approvers),
    Duty(expired_holds, end_expired_hold),
    Duty(overdue_receipts, confirm_overdue_receipt),
    Duty(points_over, expire_points),
    Duty(faded_memberships, age_membership),
    Duty(unsealed, seal_trail),
    Duty(due_moves, carry_out_move, refuse_move),
    Duty(due_relationship_ends, tell_relationship_end),
    Duty(due_digests, gather_digest),
    Duty(unindexed_products, index_products),
    Duty(due_standing_orders, make_standing_order, refuse_standing_order),
    Duty(due_questions, ask_carrier_again),
    Duty(late_shipments, note_late_delivery),
    Duty(due_closings, carry_out_closing, refuse_closing),
    Duty(unclear_payments, ask_about_payment),
    Duty(due_announcements, begin_announcement),
    Duty(neglected_tickets, watch_ticket),
    Duty(quiet_tickets, close_quiet_ticket),
    Duty(stock_to_check, check_stock),
    Duty(overdue_invoices, note_overdue_invoice),
    Duty(old_runs, forget_run),
)


class Clock(Leader):
    """Ticks while it leads."""

    name: ClassVar = "clock"
    lock: ClassVar = 7_402_120

    def __init__(self, database_url: str, schedules: Sequence[Schedule] = ()) -> None:
        """Connect to nothing yet."""
        super().__init__(database_url)
        self._schedules = schedules

    def lead(self, connection: Connection) -> None:
        """Tick until stopped."""
        while not self._stopping.is_set():
            fire(connection, self._schedules)
            connection.execute("SELECT 1")  # Raises when the lock was lost with the connection.
            asyncio.run(self._tick())
            self._stopping.wait(TICK_SECONDS)

    async def _tick(self) -> None:
        database = patient_database(self._url, 1)
        try:
            await tick(database)
        finally:
            await database.close()


async def tick(database: Database, now: Now = lambda: datetime.now(UTC)) -> None:
    """Do all that is due, in every active tenant."""
    platform = acting_as(system_actor(None, Clock.name))
    for tenant_id in await perform(database, None, platform, active_tenant_ids, now):
        await tick_in_tenant(database, tenant_id, now)


async def tick_in_tenant(database: Database, tenant_id: UUID, now: Now) -> None:
    """Do all that is due in one tenant; what goes wrong is logged, and due again next time."""
    for duty in DUTIES:
        try:
            await _fulfil(database, tenant_id, duty, now)
        except Exception:  # One tenant's trouble must not become everybody's.
            log.exception("%s failed for tenant %s", duty.due.__name__, tenant_id)


async def _fulfil(database: Database, tenant_id: UUID, duty: Duty, now: Now) -> None:
    actor = acting_as(system_actor(tenant_id, Clock.name))
    for due_id in await perform(database, tenant_id, actor, duty.due, now):
        try:
            await _give(database, tenant_id, duty, due_id, now)
        except NotPossibleNow as refusal:
            log.info("%s was changed meanwhile: %s", due_id, refusal)
        except Exception:  # One's trouble must not hold up those behind it.
            log.exception("%s failed for %s", duty.due.__name__, due_id)


async def _give(database: Database, tenant_id: UUID, duty: Duty, due_id: UUID, now: Now) -> None:
    actor = acting_as(system_actor(tenant_id, Clock.name))
    try:
        await perform(database, tenant_id, actor, duty.command_for(due_id), now)
    except (Refused, NotFound, Invalid) as refusal:
        note = duty.refusal_for(due_id, refusal)
        if note is None:
            raise
        await perform(database, tenant_id, actor, note, now)
