"""Races of who may do what: moves that make a loop, a right revoked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import select

from app.db.idempotency import IdempotencyKey
from app.kernel.ids import new_id
from app.orders.models import Order
from app.organisations.models import Territory
from chaos.races.calls import Client, Told, call, the_one
from chaos.races.race import Faults, Race, Round, Turnstile
from chaos.races.scene import TWO_CASES, Shop, line, place
from chaos.races.stock import key_of
from tests.support.people import give, membership, role
from tests.support.world import Person, gid


class AreaLoop(Race):
    """Half of the clients move sales area A into B, the other half B into A."""

    name = "area-loop"
    promise = (
        "One direction wins: its calls are done, all of the other direction are refused with"
        " TERRITORY_IN_LOOP. The two areas never lie within each other."
    )

    async def prepare(self) -> None:
        """Make two areas, and let several people move them."""
        await super().prepare()
        self.admins = await self.scene.people(min(self.clients, 10), "ENTERPRISE_ADMIN")
        self.areas: list[str] = []
        for name in ("A", "B"):
            given = {"name": name}
            kind = "CreateTerritoryInput"
            told = await call(self.admins[0], "createTerritory", kind, given, thing="Territory")
            self.areas.append(told.answer["id"])

    async def round(self) -> Round:
        """Begin with both areas at the top."""
        clients: list[Client] = []
        for place_ in range(self.clients):
            moved, into = self.areas if place_ % 2 else reversed(self.areas)
            person = self.admins[place_ % len(self.admins)]
            clients.append(partial(self._move, person, moved, into))
        return Round(clients, self._judge)

    async def _judge(self, told: Sequence[Told]) -> Sequence[str]:
        faults = Faults.none_yet()
        won = {each.mark for each in told if each.is_done}
        faults.expect("directions that won", len(won), 1)
        same = sum(each.mark in won for each in told)
        faults.expect_outcomes(told, Territory=same, TERRITORY_IN_LOOP=len(told) - same)
        parents = await self.scene.all(select(Territory.id, Territory.parent_id))
        inside = [str(area) for area, parent in parents if parent is not None]
        winners = [str(key_of(self.areas["AB".index(each)])) for each in won]
        faults.expect("areas within another", inside, winners)
        return faults.found

    async def tidy(self) -> None:
        """Move both to the top again."""
        for area in self.areas:
            await self._move(self.admins[0], area, None)

    async def _move(self, person: Person, moved: str, into: str | None) -> Sequence[Told]:
        name = "AB"[self.areas.index(moved)]
        given = {"territoryId": moved, "name": name, "parentId": into}
        kind = "ChangeTerritoryInput"
        return [await call(person, "changeTerritory", kind, given, thing="", mark=name)]


class RoleRevoked(Race):
    """One person orders again and again while the right to is taken away."""

    name = "role-revoked"
    promise = (
        "Calls are done up to the moment at which the right goes, and refused from it on: whoever"
        " calls after the answer is refused, whoever was answered before is not. A call that was"
        " refused has left nothing, and every order answered stands."
    )

    async def round(self) -> Round:
        """Give one more person the right, by one of three ways to take it away again."""
        shop = self.random.choice(self.scene.shops)
        way = self.random.choice(("assignRoles", "endMembership", "changeRole"))
        gate = Turnstile(self.clients)
        person, clients = await self._person(shop, way, gate)
        keys = [new_id().hex for _ in range(self.clients - 1)]
        for key in keys:
            clients.append(partial(self._order, person, shop, key, gate))
        return Round(clients, partial(self._judge, person, keys, way))

    async def _person(self, shop: Shop, way: str, gate: Turnstile) -> tuple[Person, list[Client]]:
        world = self.scene.world
        given: dict[str, object]
        if way != "changeRole":
            person = await world.member(shop.organisation, "BUYER")
            given = {"membershipId": membership(person)}
            if way == "assignRoles":
                given["roleIds"] = list[str]()
        else:
            rights = [("ORDER_PLACE", "ORGANISATION"), ("ORDER_READ", "ORGANISATION")]
            own = await role(world, shop.organisation, f"Orderer {new_id().hex[-8:]}", *rights)
            person = await world.member(shop.organisation)
            await give(world, person, own)
            given = {"roleId": gid("Role", own), "name": f"None {own.hex[-8:]}", "grants": []}
        admin = await world.member(shop.organisation, "ENTERPRISE_ADMIN", "BUYER")
        revoking: Client = partial(self._revoke, admin, way, given, gate)
        return person, [revoking]

    async def _revoke(
        self, admin: Person, way: str, given: dict[str, object], gate: Turnstile
    ) -> Sequence[Told]:
        await gate.after(self.random.randrange(self.clients // 2))
        return [await call(admin, way, f"{way[0].upper()}{way[1:]}Input", given, thing="")]

    async def _order(self, person: Person, shop: Shop, key: str, gate: Turnstile) -> Sequence[Told]:
        async with gate.passed():
            lines, more = [line(self.scene.chain.sku)], {"idempotencyKey": key}
            told = await place(person, shop.relationship, TWO_CASES, lines, **more)
        return [replace(told, answer={**told.answer, "key": key})]

    async def _judge(
        self, person: Person, keys: Sequence[str], way: str, told: Sequence[Told]
    ) -> Sequence[str]:
        scene, faults = self.scene, Faults.none_yet()
        end = the_one(told, way)
        faults.expect("the revocation", end.is_done, True)  # noqa: FBT003  # what is expected
        orders = [each for each in told if each is not end]
        refusal = "UNAUTHENTICATED" if way == "endMembership" else "FORBIDDEN"
        expect_switch(faults, orders, end, {refusal})
        used = await scene.all(select(IdempotencyKey.key).where(IdempotencyKey.key.in_(keys)))
        done = {each.answer["key"] for each in orders if each.is_done}
        hidden = {key for (key,) in used} - done
        faults.expect("orders placed though the answer was a refusal", len(hidden), 0)
        mine = Order.placed_by_membership_id == person.membership_id
        faults.expect("orders written", await scene.count(Order, mine), len(done))
        return faults.found


def expect_switch(faults: Faults, told: Sequence[Told], switch: Told, refusals: set[str]) -> None:
    """Hold calls against the moment at which somebody took away what they need."""
    allowed = refusals | {"CONFIRMED"}
    found = Counter(each.outcome for each in told)
    faults.expect("unknown outcomes", set(found) - allowed, set())
    late = sum(each.is_done and each.sent > switch.answered for each in told)
    faults.expect("calls done after the end was answered", late, 0)
    early = sum(not each.is_done and each.answered < switch.sent for each in told)
    faults.expect("calls refused before the end was asked for", early, 0)
