"""Races of decisions: one order submitted by many, one approval given by many."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import select

from app.approvals.models import ApprovalStep
from app.db.idempotency import IdempotencyKey
from app.kernel.ids import new_id
from app.orders.models import Order
from chaos.races.calls import Client, Told, call, client
from chaos.races.race import Faults, Race, Round
from chaos.races.scene import TWO_CASES, line, place
from chaos.races.stock import key_of
from tests.support.world import Person

_THREE_CASES = "214.79"
_DECIDED = ("PENDING_APPROVAL", "CONFIRMED", "REJECTED")


class Approval(Race):
    """As many approvers as clients decide about one order: all approve, or some reject it."""

    name = "approval"
    promise = (
        "One decision counts, and the order's state is that one; every other is told"
        " NOT_POSSIBLE_NOW. One step is decided, by one person; one audit entry, and the order is"
        " confirmed once or not at all."
    )

    async def prepare(self) -> None:
        """Ask for one approval of every order."""
        await super().prepare()
        self.bosses = await self.scene.people(self.clients, "ENTERPRISE_ADMIN")
        given = {"party": "SELLER", "threshold": "100", "currency": "CNY"}
        told = await call(
            self.bosses[0], "createApprovalRule", "CreateApprovalRuleInput", given, thing=""
        )
        assert told.is_done, told

    async def round(self) -> Round:
        """Place an order that waits for approval."""
        buyer, shop = self.random.choice(self.scene.buyers)
        order = await self.scene.order(buyer, shop, self.scene.chain.sku, seen=TWO_CASES)
        rejecting = set(self.random.sample(range(self.clients), self.clients // 3))
        is_mixed = bool(self.number % 2)
        clients: list[Client] = [
            partial(_decide, boss, order, approve=not (is_mixed and place in rejecting))
            for place, boss in enumerate(self.bosses)
        ]
        return Round(clients, partial(self._judge, key_of(order)))

    async def _judge(self, order: UUID, told: Sequence[Told]) -> Sequence[str]:
        scene, faults = self.scene, Faults.none_yet()
        won = [each for each in told if each.is_done]
        faults.expect("decisions that counted", len(won), 1)
        losers = len(told) - len(won)
        faults.expect_outcomes(
            told, **Counter(each.outcome for each in won), NOT_POSSIBLE_NOW=losers
        )
        state = await scene.one(select(Order.state).where(Order.id == order))
        faults.expect("the order's state", [state], [each.outcome for each in won])
        steps = await scene.all(select(ApprovalStep.status).where(ApprovalStep.subject_id == order))
        decided = {"CONFIRMED": "APPROVED", "REJECTED": "REJECTED"}.get(state)
        faults.expect("steps", [step for (step,) in steps], [decided])
        faults.expect("audit entries", await scene.noted(order, "APPROVE", "REJECT"), 1)
        confirmed = await scene.events(order, "order_confirmed")
        faults.expect("times confirmed", confirmed, int(state == "CONFIRMED"))
        return faults.found


class DoubleSubmit(Race):
    """One person's order is sent by all clients under one key; in odd rounds half send another."""

    name = "double-submit"
    promise = (
        "One order is placed. Every call with its body is answered with that order, every call"
        " with the other body is refused with IDEMPOTENCY_KEY_REUSED; one order, one key and one"
        " confirmation are written."
    )

    async def round(self) -> Round:
        """Choose whose order it is, and its key."""
        buyer, shop = self.random.choice(self.scene.buyers)
        bodies = [(TWO_CASES, "2"), (_THREE_CASES, "3")]
        key = new_id().hex
        clients: list[Client] = []
        for place_ in range(self.clients):
            seen, cases = bodies[place_ % 2 if self.number % 2 else 0]
            lines = [line(self.scene.chain.sku, cases)]
            more = {"mark": seen, "idempotencyKey": key}
            clients.append(client(place, buyer, shop.relationship, seen, lines, **more))
        before = await self._books()
        return Round(clients, partial(self._judge, before))

    async def _books(self) -> tuple[int, int]:
        return await self.scene.count(Order), await self.scene.count(IdempotencyKey)

    async def _judge(self, before: tuple[int, int], told: Sequence[Told]) -> Sequence[str]:
        scene, faults = self.scene, Faults.none_yet()
        won = {each.mark for each in told if each.is_done}
        faults.expect("bodies that counted", len(won), 1)
        same = sum(each.mark in won for each in told)
        faults.expect_outcomes(told, CONFIRMED=same, IDEMPOTENCY_KEY_REUSED=len(told) - same)
        ids = {each.answer["id"] for each in told if each.is_done}
        faults.expect("different orders answered", len(ids), 1)
        totals = {each.answer["total"] for each in told if each.is_done}
        faults.expect("the total of the order", totals, won)
        after = await self._books()
        new = tuple(now - then for now, then in zip(after, before, strict=True))
        faults.expect("orders, keys", new, (1, 1))
        for order in map(key_of, ids):
            faults.expect("audit entries", await scene.noted(order, "CREATE", "CONFIRM"), 2)
            faults.expect("times confirmed", await scene.events(order, "order_confirmed"), 1)
        return faults.found


async def _decide(boss: Person, order: str, *, approve: bool) -> Sequence[Told]:
    if approve:
        return [await call(boss, "approveOrder", "ApproveOrderInput", {"orderId": order})]
    given = {"orderId": order, "reason": "no"}
    return [await call(boss, "rejectOrder", "OrderReasonInput", given)]
