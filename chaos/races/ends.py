"""Races of ends: a seller gives a customer up, a branch goes to another, while it orders."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial

from sqlalchemy import select

from app.kernel.ids import new_id
from app.orders.models import Order
from app.organisations.models import Organisation, TradingRelationship
from chaos.races.calls import Client, Told, call
from chaos.races.parties import expect_switch
from chaos.races.race import Faults, Race, Round, Turnstile
from chaos.races.scene import TWO_CASES, Shop, line, place
from tests.support.world import Person, gid

_SHOPPERS = 5
_PROMISE = (
    "Orders are placed with the old seller up to the moment of the end and refused with"
    " RELATIONSHIP_CLOSED from it on: whoever calls after the end was answered is refused,"
    " whoever was answered before it was asked is not. Every order answered stands, bears an"
    " instant before the end, and no other stands."
)


class _Ended(Race):
    """What a shop buys by comes to its end, while its people order."""

    async def round(self) -> Round:
        """Make a new shop."""
        shop = await self.scene.shop(_SHOPPERS)
        gate = Turnstile(self.clients)
        clients: list[Client] = [partial(self._end_amidst, shop, gate)]
        for place_ in range(self.clients - 1):
            buyer = shop.buyers[place_ % len(shop.buyers)]
            clients.append(partial(self._order, buyer, shop, gate))
        return Round(clients, partial(self._judge, shop))

    async def _end_amidst(self, shop: Shop, gate: Turnstile) -> Sequence[Told]:
        await gate.after(self.random.randrange(self.clients // 2))
        return [await self._end(shop)]

    async def _order(self, buyer: Person, shop: Shop, gate: Turnstile) -> Sequence[Told]:
        async with gate.passed():
            lines = [line(self.scene.chain.sku)]
            return [await place(buyer, shop.relationship, TWO_CASES, lines)]

    async def _judge(self, shop: Shop, told: Sequence[Told]) -> Sequence[str]:
        scene, faults = self.scene, Faults.none_yet()
        orders = [each for each in told if each.mark == "placeOrder"]
        (end,) = [each for each in told if each.mark != "placeOrder"]
        faults.expect("the end", end.is_done, True)  # noqa: FBT003  # what is expected
        expect_switch(faults, orders, end, {"RELATIONSHIP_CLOSED"})
        mine = Order.relationship_id == shop.relationship
        done = sum(each.is_done for each in orders)
        faults.expect("orders written", await scene.count(Order, mine), done)
        until = await scene.one(
            select(TradingRelationship.valid_until).where(
                TradingRelationship.id == shop.relationship
            )
        )
        late = await scene.count(Order, mine, Order.created_at >= until)
        faults.expect("orders stamped at or after the end", late, 0)
        await self._look_further(shop, faults)
        return faults.found

    async def _look_further(self, shop: Shop, faults: Faults) -> None:
        """Hold against the promise what else came of the end."""

    @abstractmethod
    async def _end(self, shop: Shop) -> Told:
        """End what the shop buys by."""


class CustomerTaken(_Ended):
    """The seller ends the trade with a shop, while the shop orders."""

    name = "customer-taken"
    promise = _PROMISE

    async def _end(self, shop: Shop) -> Told:
        given = {"relationshipId": gid("TradingRelationship", shop.relationship), "reason": "moved"}
        kind = "CloseRelationshipInput"
        return await call(self.scene.admin, "closeRelationship", kind, given, thing="")


class BranchMoved(_Ended):
    """A shop is moved under another distributor, while it orders from the one before."""

    name = "branch-against-placing"
    promise = f"{_PROMISE} The shop stands under its new parent, and buys from it alone."

    async def prepare(self) -> None:
        """Make the distributor that takes the shops over, and let somebody move them."""
        await super().prepare()
        scene = self.scene
        self.parent = await scene.world.organisation("West Distribution", parent=scene.chain.brand)
        self.operator = await scene.world.member(scene.chain.distributor, "SYSTEM_ADMIN")

    async def _end(self, shop: Shop) -> Told:
        given = {
            "idempotencyKey": new_id().hex,
            "organisationId": gid("Organisation", shop.organisation),
            "newParentId": gid("Organisation", self.parent),
        }
        return await call(
            self.operator, "moveOrganisation", "MoveOrganisationInput", given, thing=""
        )

    async def _look_further(self, shop: Shop, faults: Faults) -> None:
        mine = Organisation.id == shop.organisation
        parent = await self.scene.one(select(Organisation.parent_id).where(mine))
        faults.expect("the shop's parent", parent, self.parent)
        open_still = select(TradingRelationship.seller_id).where(
            TradingRelationship.buyer_id == shop.organisation,
            TradingRelationship.valid_until.is_(None),
        )
        sellers = [seller for (seller,) in await self.scene.all(open_still)]
        faults.expect("from whom the shop buys", sellers, [self.parent])
