"""Who works at a branch's seller, and roles of its own, for tests of isolation."""

from typing import Any
from uuid import UUID

from strawberry import relay

from app.approvals.models import ApprovalManager
from app.identities.models import SecondFactorRule
from tests.support.people import membership, role
from tests.support.world import LONG_AGO, Person, World, gid


async def add_people(branch: Any) -> None:
    """A rep who looks after the customer; a role that the rep and a colleague were given.

    The seller's person is the rep's manager, and a second role asks for a second factor.
    """
    world = branch.world
    rep = await world.member(branch.distributor, "SALES", name=f"{branch.secret} Rep")
    customer = relay.GlobalID.from_id(branch["TradingRelationship"]).node_id
    await world.assign_rep(UUID(customer), rep)
    right = ("ORDER_READ", "ORGANISATION")
    own, strict = [
        await role(world, branch.distributor, f"{branch.secret} role{more}", right)
        for more in ("", " 2")
    ]
    branch.things |= {
        "Membership": membership(rep),
        "Membership:SELLER": membership(branch.seller),
        "Membership:BUYER": membership(branch.buyer),
        "Role": gid("Role", own),
        "Role:2": gid("Role", strict),
    }
    for person in (rep, branch.colleague):
        given = {"membershipId": membership(person), "roleId": branch["Role"]}
        await branch.do("seller", "giveRole", **given)
    await _bind(world, rep, branch.seller, strict)


async def _bind(world: World, rep: Person, manager: Person, strict: UUID) -> None:
    managed = ApprovalManager(
        membership_id=rep.membership_id,
        manager_membership_id=manager.membership_id,
        set_at=LONG_AGO,
    )
    await world.save(managed, SecondFactorRule(role_id=strict, since=LONG_AGO))
