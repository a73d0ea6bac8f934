"""Who asks: each role, from every place from which one could look at the victim."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.rbac.models import Membership
from app.tenants.models import TenantStatus
from app.tenants.operations import set_status
from tests.isolation.scene import Scene, Unknown
from tests.support.branches import key
from tests.support.world import LONG_AGO, Person, World

RELATIONS = (
    "other tenant",
    "sibling",
    "cousin",
    "parent",
    "child",
    "former member",
    "suspended tenant",
)
ROLES: Mapping[str, str] = {
    "system admin": "SYSTEM_ADMIN",
    "enterprise admin": "ENTERPRISE_ADMIN",
    "sales": "SALES",
    "service": "SERVICE",
    "warehouse": "WAREHOUSE",
    "buyer": "BUYER",
}
_SELL = frozenset({"other tenant", "sibling", "parent"})
SHUT_OUT = frozenset({"former member", "suspended tenant"})
"""Whose tokens open nothing any more."""


@dataclass(frozen=True)
class Things:
    """Global ids by name, of which some are known and the others nothing has; notes what is read.

    So it says by itself what a case aims at.
    """

    known: Mapping[str, str]
    unknown: Unknown = field(default_factory=Unknown)
    read: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        found = self.known.get(name)
        return self.unknown[name] if found is None else found


@dataclass(frozen=True)
class Asker:
    """Somebody of a role somewhere, and the things that are theirs."""

    relation: str
    role: str
    person: Person
    own: Mapping[str, str]

    @property
    def is_shut_out(self) -> bool:
        return self.relation in SHUT_OUT


def asker_names(relations: Iterable[str] = RELATIONS) -> Iterator[tuple[str, str]]:
    """Yield relation and role of every asker."""
    return ((relation, role) for relation in relations for role in ROLES)


async def askers_of(scene: Scene) -> Mapping[tuple[str, str], Asker]:
    """Let everybody join: one person a relation and role, each salesperson with customers."""
    askers: dict[tuple[str, str], Asker] = {}
    suspended = await World.create(scene.victim.world.database, *_means(scene))
    for relation, (world, organisation, own) in (await _places(scene, suspended)).items():
        for role, code in ROLES.items():
            person = await world.member(organisation, code, name=f"{relation} {role}")
            askers[relation, role] = Asker(relation, role, person, own)
            if role == "sales" and relation in _SELL:
                await world.assign_rep(key(own["TradingRelationship"]), person)
    await _end(scene, [each.person for each in askers.values() if each.relation == "former member"])
    await suspended.run(lambda work: set_status(work, suspended.tenant_id, TenantStatus.SUSPENDED))
    return askers


async def _places(
    scene: Scene, suspended: World
) -> Mapping[str, tuple[World, UUID, Mapping[str, str]]]:
    """Where each relation's people work, and what they have there."""
    victim, sibling, other = scene.victim, scene.sibling, scene.other
    closed = await suspended.organisation("Moorside Trade")
    return {
        "other tenant": (other.world, other.distributor, _all_of(other)),
        "sibling": (sibling.world, sibling.distributor, _all_of(sibling)),
        "cousin": (sibling.world, sibling.retailer, _all_of(sibling)),
        "parent": (victim.world, victim.brand, _of_brand(sibling)),
        "child": (victim.world, victim.retailer, _of_child(victim)),
        "former member": (victim.world, victim.distributor, {}),
        "suspended tenant": (suspended, closed, {}),
    }


def _all_of(branch: Any) -> Mapping[str, str]:
    return {**branch.things, "e-mail": branch["e-mail"]}


def _of_brand(sibling: Any) -> Mapping[str, str]:
    """The brand's trade with the other distributor, and the words of the network."""
    own = {name: thing for name, thing in sibling.things.items() if "@network" in name}
    own["TradingRelationship"] = sibling["TradingRelationship:UPSTREAM"]
    own["Organisation:BUYER"] = sibling["Organisation"]
    return own


def _of_child(victim: Any) -> Mapping[str, str]:
    """What the retailer buys with is the victim's too; of its own it has its shelf prices."""
    names = ("TradingRelationship", "Organisation:BUYER", "PriceChangeSet:ASKED")
    own = {name: thing for name, thing in victim.things.items() if "@network" in name}
    return own | {name: victim[name] for name in names}


def _means(scene: Scene) -> tuple[Any, Any]:
    return scene.victim.world.http, scene.victim.world.settings


async def _end(scene: Scene, people: list[Person]) -> None:
    ids = [person.membership_id for person in people]
    ended = update(Membership).where(Membership.id.in_(ids)).values(ended_at=LONG_AGO)
    await scene.victim.world.run(lambda work: work.session.execute(ended))
