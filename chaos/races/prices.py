"""Races of prices: orders are placed while the seller changes what they cost."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from sqlalchemy import select

from app.orders.models import Order
from app.pricing.models import PriceEntry
from chaos.races.calls import Client, Told, call
from chaos.races.race import Faults, Race, Round, Turnstile
from chaos.races.scene import Shop, line, place
from chaos.races.stock import key_of
from tests.support.world import Person, gid

_NEVER = "0.01"


class _Walk(Race):
    """The seller walks from one state of prices to the next, back and forth, a call a step.

    Each state has a total of its own. Clients order at totals of states that are met on the way,
    and at totals of states that never are; refused for a price, they take the one they are told.
    """

    way: ClassVar[Sequence[str]]
    never: ClassVar[Sequence[str]]
    learning: ClassVar[Sequence[str]]
    """All states, each one call away from the one before, and the start at last."""

    async def prepare(self) -> None:
        """Learn the total of each state."""
        await super().prepare()
        self.totals: dict[str, str] = {}
        await self._lay_out()
        buyer, shop = self.scene.buyers[0]
        for state in self.learning:
            await self._enter(state)
            refused = await place(buyer, shop.relationship, _NEVER, self._lines())
            self.totals[state] = refused.detail("now") or refused.outcome
        assert len(set(self.totals.values())) == len(self.totals), self.totals

    async def round(self) -> Round:
        """Go the way forth in even rounds, and back in odd ones."""
        way = list(self.way if self.number % 2 == 0 else reversed(self.way))
        gate = Turnstile(self.clients)
        clients: list[Client] = [partial(self._walk, way[1:], gate)]
        seen = [self.totals[state] for state in way * 2 + list(self.never)]
        for buyer, shop in self.scene.buyers[1:]:
            clients.append(partial(self._order, buyer, shop, self.random.choice(seen), gate))
        before = await self.scene.count(Order)
        return Round(clients, partial(self._judge, way, before))

    async def _walk(self, states: Sequence[str], gate: Turnstile) -> Sequence[Told]:
        told: list[Told] = []
        after = 0
        for state in states:
            after += self.random.randrange(self.clients // 3)
            await gate.after(after)
            told.append(await self._enter(state))
        return told

    async def _order(self, buyer: Person, shop: Shop, seen: str, gate: Turnstile) -> Sequence[Told]:
        async with gate.passed():
            first = await place(buyer, shop.relationship, seen, self._lines(), mark=seen)
            if first.outcome != "PRICE_CHANGED":
                return [first]
            now = first.detail("now") or _NEVER
            return [first, await place(buyer, shop.relationship, now, self._lines(), mark=now)]

    async def _judge(self, way: Sequence[str], before: int, told: Sequence[Told]) -> Sequence[str]:
        faults = Faults.none_yet()
        steps = [each for each in told if each.mark in self.totals]
        placed = [each for each in told if each.mark not in self.totals]
        faults.expect("steps done", [step.is_done for step in steps], [True] * (len(way) - 1))
        known = {"CONFIRMED", "PRICE_CHANGED"}
        faults.expect("unknown outcomes", {each.outcome for each in placed} - known, set())
        held = self._held(way, steps)
        for each in placed:
            self._judge_one(faults, each, held)
        done = [each for each in placed if each.is_done]
        faults.expect("orders written", await self.scene.count(Order) - before, len(done))
        untrue = await self.scene.untrue([key_of(each.answer["id"]) for each in done])
        faults.expect("orders whose stamps do not make their prices again", untrue, [])
        await self._compare_instants(done)
        return faults.found

    def _held(self, way: Sequence[str], steps: Sequence[Told]) -> Mapping[str, tuple[float, float]]:
        """Say for each total from when at the earliest to when at the latest it held."""
        begun = [float("-inf"), *(step.sent for step in steps)]
        ended = [*(step.answered for step in steps), float("inf")]
        totals = [self.totals[state] for state in way]
        return dict(zip(totals, zip(begun, ended, strict=True), strict=True))

    def _judge_one(
        self, faults: Faults, told: Told, held: Mapping[str, tuple[float, float]]
    ) -> None:
        total: str = told.answer["total"] if told.is_done else told.detail("now") or ""
        if total not in held:
            faults.found.append(f"{told.outcome} at {total}, a total of no moment")
            return
        if told.is_done and total != told.mark:
            faults.found.append(f"ordered at {total}, but {told.mark} was seen")
        begun, ended = held[total]
        if told.answered < begun or told.sent > ended:
            faults.found.append(f"{told.outcome} at {total}, a total of another moment")

    async def _compare_instants(self, done: Sequence[Told]) -> None:
        """Count the orders whose prices of today are others, at their instant."""

    @abstractmethod
    async def _lay_out(self) -> None:
        """Make what the states differ in, in the first state."""

    @abstractmethod
    async def _enter(self, state: str) -> Told:
        """Go to a state with one call."""

    @abstractmethod
    def _lines(self) -> list[dict[str, Any]]:
        """Return what everybody orders."""

    async def _set_prices(self, state: str, **prices: str) -> Told:
        entries = [
            {"skuId": gid("Sku", getattr(self, name)), "amount": amount}
            for name, amount in prices.items()
        ]
        given = {"priceListId": gid("PriceList", self.scene.price_list), "entries": entries}
        admin = self.scene.admin
        return await call(admin, "setPrices", "SetPricesInput", given, thing="", mark=state)


class PriceChange(_Walk):
    """The seller sets two prices in one call, while clients order both goods."""

    name = "price-against-placing"
    promise = (
        "Every order is placed at the total that was seen, and that is the total of both old or of"
        " both new prices, at a moment at which they held, and its stamp makes it again; all else"
        " is refused with PRICE_CHANGED and such a total. None is ever placed at one old and one"
        " new price, though it is tried."
    )
    way = ("old old", "new new")
    never = ("old new", "new old")
    learning = ("new old", "new new", "old new", "old old")

    async def _lay_out(self) -> None:
        self.tea, self.water = await self.scene.sku("2.64"), await self.scene.sku("1.10")

    async def _enter(self, state: str) -> Told:
        tea, _, water = state.partition(" ")
        amounts = {"old": ("2.64", "1.10"), "new": ("3.00", "1.57")}
        return await self._set_prices(state, tea=amounts[tea][0], water=amounts[water][1])

    def _lines(self) -> list[dict[str, Any]]:
        return [line(self.tea), line(self.water)]

    async def _compare_instants(self, done: Sequence[Told]) -> None:
        entries = await self.scene.all(
            select(PriceEntry.valid_from, PriceEntry.valid_until, PriceEntry.amount).where(
                PriceEntry.sku_id == self.tea, PriceEntry.known_until.is_(None)
            )
        )
        orders = {key_of(each.answer["id"]): each for each in done}
        instants = await self.scene.all(
            select(Order.id, Order.price_instant).where(Order.id.in_(orders))
        )
        for order, instant in instants:
            price = _price_at(entries, instant)
            net = Decimal(orders[order].answer["lines"][0]["net"])
            self.notes["orders at prices that only their knowledge makes again"] += (
                net != price * 48
            )


class Moves(_Walk):
    """A sales area moves from one region to another, then the base price changes; and back."""

    name = "move-against-placing"
    promise = (
        "A shop's order is placed at the total that was seen: that of the old region and old price,"
        " of the new region and old price, or of the new region and new price, at a moment at which"
        " they held, and its stamp makes it again. None is ever placed, or told, at the old region"
        " and the new price: that never was."
    )
    way = ("north old", "south old", "south new")
    never = ("north new",)
    learning = ("south old", "south new", "north new", "north old")

    async def _lay_out(self) -> None:
        scene = self.scene
        self.tea, self.water = await scene.sku("2.64"), await scene.sku("1.10")
        self.areas = {name: await self._area(name) for name in ("north", "south")}
        self.district = await self._area("district", parentId=self.areas["north"])
        for name, price in (("north", "2.00"), ("south", "2.40")):
            terms = {"kind": "TERRITORY", "territory_id": key_of(self.areas[name])}
            await scene.world.price(scene.chain.distributor, {self.tea: price}, **terms)
        for shop in scene.shops:
            relationship = gid("TradingRelationship", shop.relationship)
            given = {"relationshipId": relationship, "terms": {"territoryId": self.district}}
            kind = "ChangeRelationshipTermsInput"
            told = await call(scene.admin, "changeRelationshipTerms", kind, given, thing="")
            assert told.is_done, told
        self.at = "north old"

    async def _area(self, name: str, **parent: str) -> str:
        given = {"name": name, **parent}
        kind = "CreateTerritoryInput"
        told = await call(self.scene.admin, "createTerritory", kind, given, thing="Territory")
        return told.answer["id"]

    async def _enter(self, state: str) -> Told:
        region, _, price = state.partition(" ")
        was, self.at = self.at, state
        if was.startswith(region):
            return await self._set_prices(state, water={"old": "1.10", "new": "1.57"}[price])
        given = {
            "territoryId": self.district,
            "name": "district",
            "parentId": self.areas[region],
        }
        kind = "ChangeTerritoryInput"
        return await call(self.scene.admin, "changeTerritory", kind, given, thing="", mark=state)

    def _lines(self) -> list[dict[str, Any]]:
        return [line(self.tea), line(self.water)]


def _price_at(entries: Sequence[Any], instant: Any) -> Decimal:
    standing = [
        row for row in entries if row[0] <= instant and (row[1] is None or instant < row[1])
    ]
    return max(standing, key=lambda row: row[0])[2]
