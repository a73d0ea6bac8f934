"""Pages of orders: every way to an order merged into one list, which pages cut without a gap."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from uuid import UUID

import pytest

from app.db.database import Access
from app.db.work import acting_as, begin
from app.kernel.actor import Actor, Scope
from app.kernel.ids import new_id
from app.kernel.paging import PageRequest
from app.orders.models import Order
from app.orders.queries import OrderFilter, orders, orders_by_id
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import Side
from app.rbac.permissions import Permission
from tests.support.world import LONG_AGO

SIDES = (Side.EITHER, Side.SELLER, Side.BUYER)
STATES = (OrderState.CONFIRMED, OrderState.COMPLETED)


class Trade:
    """Four levels of trade with a few orders in each relationship, some at the same instant."""

    def __init__(self, world):
        self.world = world
        self.parties = {}
        self.terms = {}
        self.people = {}
        self.orders = []
        self._minutes = count()

    @classmethod
    async def create(cls, world):
        trade = cls(world)
        above = None
        async with world.at_once():
            for name in ("brand", "east", "sub", "shop"):
                above = trade.parties[name] = await world.organisation(name, parent=above)
                trade.people[name] = await world.member(above, "ENTERPRISE_ADMIN")
            trade.parties["other"] = await world.organisation("other", parent=trade.parties["east"])
            for seller, buyer, shown in (
                ("brand", "east", "NOTHING"),
                ("east", "sub", "ORDERS"),
                ("sub", "shop", "ORDERS"),
                ("east", "other", "NOTHING"),
                ("brand", "shop", "NOTHING"),
            ):
                trade.terms[seller, buyer] = await world.relationship(
                    trade.parties[seller], trade.parties[buyer], upstream_visibility=shown
                )
            for _ in range(2):
                for seller, buyer in trade.terms:
                    trade.order(seller, buyer)
                    trade.order(seller, buyer, state=OrderState.COMPLETED)
            trade.order("sub", "shop", submitted_at=None, state=OrderState.DRAFT)
            await world.save(*trade.orders)
            return trade

    def order(self, seller, buyer, **more):
        at = LONG_AGO + timedelta(minutes=next(self._minutes) // 3)
        row = Order(
            id=new_id(),
            number=f"N{len(self.orders)}",
            seller_id=self.parties[seller],
            buyer_id=self.parties[buyer],
            relationship_id=self.terms[seller, buyer],
            **{
                "state": OrderState.CONFIRMED,
                "channel": "WEBSITE",
                "placed_by_membership_id": self.people.get(
                    buyer, self.people["east"]
                ).membership_id,
                "placed_by_organisation_id": self.parties[buyer],
                "currency": "CNY",
                "net": Decimal(1),
                "tax": Decimal(0),
                "total": Decimal(1),
                "price_instant": at,
                "created_at": at,
                "submitted_at": at,
                "changed_at": at,
            }
            | more,
        )
        self.orders.append(row)

    def actor(self, name, scope):
        person = self.people[name]
        grants = {Permission.ORDER_READ.value: scope}
        return Actor(
            self.world.tenant_id, new_id(), person.membership_id, self.parties[name], name, grants
        )

    async def read(self, actor, ask):
        at = LONG_AGO + timedelta(days=30)
        identify = acting_as(actor)
        async with begin(
            self.world.database, self.world.tenant_id, identify, access=Access.READ, now=lambda: at
        ) as work:
            return await ask(work)


@pytest.fixture
async def trade(world):
    return await Trade.create(world)


async def pages(work, wanted, size):
    """Read all pages in turn; the orders' ids."""
    found: list[UUID] = []
    after = None
    while True:
        page = await orders(work, wanted, PageRequest(size, after))
        found += [row.id for row in page.rows]
        if not page.has_next:
            return found
        assert len(page.rows) == size
        after = page.key_of(page.rows[-1])


def expected(seen, own, wanted):
    sides = {
        Side.SELLER: lambda row: row.seller_id == own,
        Side.BUYER: lambda row: row.buyer_id == own,
    }
    fits = [
        row
        for row in seen
        if sides.get(wanted.side, lambda _: True)(row)
        and (not wanted.states or row.state in wanted.states)
        and wanted.relationship_id in {None, row.relationship_id}
    ]
    return [row.id for row in sorted(fits, key=lambda row: (row.created_at, row.id), reverse=True)]


@pytest.mark.parametrize("scope", [Scope.OWN, Scope.ASSIGNED, Scope.ORGANISATION, Scope.BRANCH])
async def test_all_pages_together_hold_each_readable_order_once_the_newest_first(trade, scope):
    for terms in trade.terms.values():
        for person in trade.people.values():
            await trade.world.assign_rep(terms, person)

    for name in trade.people:
        actor = trade.actor(name, scope)
        ids = [row.id for row in trade.orders]
        seen = (await trade.read(actor, partial(orders_by_id, order_ids=ids))).values()
        for wanted in (
            *(OrderFilter(side) for side in SIDES),
            *(OrderFilter(side, [OrderState.COMPLETED]) for side in SIDES),
            OrderFilter(states=STATES),
            *(OrderFilter(relationship_id=terms) for terms in trade.terms.values()),
        ):
            for size in (2, 100):
                found = await trade.read(actor, partial(pages, wanted=wanted, size=size))

                assert found == expected(seen, actor.organisation_id, wanted), (name, wanted, size)


@pytest.mark.parametrize(
    ("name", "links", "drafts"),
    [
        ("brand", {"brand-east", "brand-shop", "east-sub", "sub-shop"}, 0),
        ("east", {"brand-east", "east-sub", "east-other", "sub-shop"}, 0),
        ("sub", {"east-sub", "sub-shop"}, 0),
        ("shop", {"sub-shop", "brand-shop"}, 1),
    ],
)
async def test_a_branch_sees_orders_below_where_they_are_shown_and_no_strangers_draft(
    trade, name, links, drafts
):
    names = {terms: "-".join(link) for link, terms in trade.terms.items()}

    found = await trade.read(
        trade.actor(name, Scope.BRANCH),
        lambda work: orders(work, OrderFilter(), PageRequest(100)),
    )

    assert {names[row.relationship_id] for row in found.rows} == links
    assert len(found.rows) == 4 * len(links) + drafts
