"""Who works for a branch, and as what, for tests of isolation."""

from typing import Any, Protocol
from uuid import UUID

from strawberry import relay

from app.approvals.models import ApprovalManager
from app.identities.models import SecondFactorRule
from tests.support.people import membership, role
from tests.support.world import LONG_AGO, Person, World, gid


class Branched(Protocol):
    """For whom people work."""

    world: World
    secret: str
    distributor: UUID
    seller: Person
    buyer: Person
    things: dict[str, str]

    def __getitem__(self, name: str) -> str: ...


async def add_people(branch: Branched) -> None:
    """A rep, whose manager the seller's person is; two roles, of which one asks for more proof."""
    world, seller = branch.world, branch.distributor
    rep = await world.member(seller, "SALES", name=f"{branch.secret} Rep")
    relationship = UUID(relay.GlobalID.from_id(branch["TradingRelationship"]).node_id)
    await world.assign_rep(relationship, rep)
    right = ("ORDER_READ", "ORGANISATION")
    roles = [await role(world, seller, f"{branch.secret} role{more}", right) for more in ("", " 2")]
    await world.save(*_rules(rep, branch.seller, roles[1]))
    branch.things |= {
        "Membership": membership(rep),
        "Membership:SELLER": membership(branch.seller),
        "Membership:BUYER": membership(branch.buyer),
        "Role": gid("Role", roles[0]),
        "Role:2": gid("Role", roles[1]),
    }


def _rules(rep: Person, manager: Person, role_id: UUID) -> list[Any]:
    return [
        ApprovalManager(
            membership_id=rep.membership_id,
            manager_membership_id=manager.membership_id,
            set_at=LONG_AGO,
        ),
        SecondFactorRule(role_id=role_id, since=LONG_AGO),
    ]
