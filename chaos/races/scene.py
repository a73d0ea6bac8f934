"""A network for one race: a distributor, its shops and their people, and a look at its books."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.books import check_tenant
from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.inventory import operations as inventory
from app.kernel.ids import new_id
from app.orders.models import OrderQuote
from app.pricing.models import PriceEntry, PriceList
from app.quotes.operations import recompute
from app.quotes.rules import from_document, to_document
from chaos.races.calls import Told, call
from tests.support.chain import Chain
from tests.support.world import LONG_AGO, Person, World, gid

BUYERS_A_SHOP = 10
TWO_CASES = "143.19"
"""What two cases of the chain's SKU cost: 48 pieces at 2.64, with 13 % tax."""
PIECE_PRICE = "2.64"


@dataclass
class Shop:
    """A retailer that buys from the distributor, with people who order."""

    organisation: UUID
    relationship: UUID
    buyers: list[Person] = field(default_factory=list[Person])


@dataclass
class Scene:
    """One tenant; every race has its own, so that nothing of another stands in its books."""

    world: World
    chain: Chain
    admin: Person
    price_list: UUID
    shops: list[Shop] = field(default_factory=list[Shop])

    @classmethod
    async def create(cls, world: World) -> "Scene":
        """Make the network without its shops."""
        chain = await Chain.create(world)
        admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN", "WAREHOUSE")
        listed = select(PriceList.id).where(PriceList.seller_id == chain.distributor)

        async def find(work: Work) -> UUID:
            return (await work.session.scalars(listed)).one()

        return cls(world, chain, admin, await world.run(find))

    async def open(self, clients: int) -> None:
        """Make shops with so many buyers in all, a few in each."""
        while (left := clients - len(self.buyers)) > 0:
            self.shops.append(await self.shop(min(left, BUYERS_A_SHOP)))

    async def shop(self, buyers: int, **terms: Any) -> Shop:
        """Make one more shop."""
        parent = self.chain.distributor
        organisation = await self.world.organisation("Shop", "RETAILER", parent)
        relationship = await self.world.relationship(parent, organisation, **terms)
        shop = Shop(organisation, relationship)
        shop.buyers = [await self.world.member(organisation, "BUYER") for _ in range(buyers)]
        return shop

    @property
    def buyers(self) -> list[tuple[Person, Shop]]:
        """Everybody who orders, with their shop."""
        return [(buyer, shop) for shop in self.shops for buyer in shop.buyers]

    async def people(self, number: int, *roles: str) -> list[Person]:
        """More people of the distributor's."""
        return [await self.world.member(self.chain.distributor, *roles) for _ in range(number)]

    async def sku(self, price: str = PIECE_PRICE) -> UUID:
        """One more SKU in cases of 24, at a price a piece."""
        sku = await self.world.sku(self.chain.brand, case=24)
        entry = PriceEntry(
            price_list_id=self.price_list,
            sku_id=sku,
            amount=Decimal(price),
            valid_from=LONG_AGO,
            known_from=LONG_AGO,
        )
        await self.world.save(entry)
        return sku

    async def stock(self, sku: UUID, pieces: int) -> None:
        """Goods in the distributor's warehouse."""
        receipt = inventory.Receipt(sku, Decimal(pieces), f"L{new_id().hex[-8:]}", None, None)
        seller = self.chain.distributor

        async def receive(work: Work) -> None:
            await inventory.receive(work, seller, None, [receipt], "race", None)

        await self.world.run(receive)

    async def order(self, buyer: Person, shop: Shop, sku: UUID, *, seen: str, **line: str) -> str:
        """Place an order that nothing stands against, before the race; its global id."""
        wanted = {"skuId": gid("Sku", sku), "quantity": "2", "packagingLevel": "CASE", **line}
        told = await place(buyer, shop.relationship, seen, [wanted])
        if not told.is_done:
            msg = f"the scene could not be set: {told}"
            raise AssertionError(msg)
        return told.answer["id"]

    async def one(self, statement: Any) -> Any:
        """Read the one value of a select."""

        async def read(work: Work) -> Any:
            return await work.session.scalar(statement)

        return await self.world.run(read)

    async def all(self, statement: Any) -> list[Any]:
        """Read all rows of a select."""

        async def read(work: Work) -> list[Any]:
            return list((await work.session.execute(statement)).all())

        return await self.world.run(read)

    async def count(self, table: Any, *conditions: Any) -> int:
        """How many rows there are."""
        mine = table.tenant_id == self.world.tenant_id
        return await self.one(select(func.count()).select_from(table).where(mine, *conditions))

    async def noted(self, subject: UUID, *actions: str) -> int:
        """How many audit entries of these actions a thing has."""
        return (await self.noted_each([subject], *actions))[subject]

    async def noted_each(self, subjects: Sequence[UUID], *actions: str) -> Counter[UUID]:
        """How many audit entries of these actions each thing has."""
        found = await self.all(
            select(AuditEntry.subject_id, func.count())
            .where(AuditEntry.subject_id.in_(subjects), AuditEntry.action.in_(actions))
            .group_by(AuditEntry.subject_id)
        )
        return Counter(dict(map(tuple, found)))

    async def events(self, subject: UUID, kind: str) -> int:
        """How many events of a kind were told of a thing."""
        return await self.count(
            OutboxEvent, OutboxEvent.subject_id == subject, OutboxEvent.kind == kind
        )

    async def untrue(self, orders: Collection[UUID]) -> list[UUID]:
        """Those of the orders whose quotes do not come out again as prices were known then."""
        stored = select(OrderQuote.order_id, OrderQuote.quote).where(
            OrderQuote.order_id.in_(orders)
        )

        async def compare(work: Work) -> list[UUID]:
            found = (await work.session.execute(stored)).all()
            quotes = {order: from_document(document) for order, document in found}
            return [
                order
                for order, quote in quotes.items()
                if to_document(await recompute(work, quote)) != to_document(quote)
            ]

        return await self.world.run(compare)

    async def broken(self) -> list[str]:
        """Hold all books of the network against each other; a sentence for each fault."""
        return (await check_tenant(self.world.database, self.world.tenant_id)).sentences()


async def place(  # an order has these parts, by name
    buyer: Person,
    relationship: UUID,
    seen: str,
    lines: Sequence[dict[str, Any]],
    *,
    mark: str = "",
    **more: Any,
) -> Told:
    """Place an order at the total that was seen."""
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", relationship),
        "seenTotal": seen,
        "lines": list(lines),
        **more,
    }
    return await call(buyer, "placeOrder", "PlaceOrderInput", given, mark=mark)


def line(sku: UUID, quantity: str = "2", level: str = "CASE") -> dict[str, Any]:
    """One line of an order as the API takes it."""
    return {"skuId": gid("Sku", sku), "quantity": quantity, "packagingLevel": level}
